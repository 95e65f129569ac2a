"""What is kept so that it can be computed again: the inputs, the recipes, and the comparison of bytes."""

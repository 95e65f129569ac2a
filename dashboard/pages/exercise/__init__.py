"""The pages of exercises: their list, the clock with its injects, the list of injects, who takes part, what players see."""

"""The door for operators: `merr`."""

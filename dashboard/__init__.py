"""The door for people: the Dash pages of the registry."""

"""The door for people: Dash pages hung on the web application. Callbacks are thin: ids in, one call, components out."""

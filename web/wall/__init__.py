"""The wall: one Flask application with its headers, health route and error shape."""

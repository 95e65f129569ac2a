"""The one Flask application that every door hangs on."""

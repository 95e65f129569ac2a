"""Files that users bring: road layers and provider lists."""

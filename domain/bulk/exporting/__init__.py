"""The catalogue as rows, read page by page as it stands at one moment."""

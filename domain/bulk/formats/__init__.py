"""Files as rows of text cells, each with its line, and back. It knows no column."""

"""The texts of the catalogue in every language."""

"""Product types, their attributes, and the values that an attribute accepts."""

"""Judges GraphQL documents before they are validated or executed: parses within limits, weighs in one pass, validates,
and remembers the outcome. It never looks at who is asking, and never executes anything."""

"""The walk through the API: every field as everybody. What comes out is held in docs/access-table.md."""

"""Who did what to which thing, before and after, in a chain that shows what was changed. It records, and never decides."""

"""Who did what to which thing, before and after. It records, and never decides."""

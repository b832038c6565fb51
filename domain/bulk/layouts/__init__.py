"""What the columns of a file mean: rows to drafts of things, with every wrong cell named, and things back to rows. Pure."""

"""Drafts into the catalogue, in batches, through the operations of the contexts that own what is stored."""

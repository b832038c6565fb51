"""Products, variants, where they are on sale and under which address."""

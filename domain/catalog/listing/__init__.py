"""Lists of products: the read model with one row a product, search and facets."""

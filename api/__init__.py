"""Speaks HTTP and GraphQL: turns requests into calls of the domain and results into answers. Decides nothing."""

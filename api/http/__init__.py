"""HTTP endpoints: the GraphQL front door and the plain ones (health, metrics, keys, downloads). They hold no rule."""

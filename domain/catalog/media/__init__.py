"""Pictures of products: taken in, made small, stored, served."""

"""What is for sale: categories, products, variants, their texts per language. It knows no price and no stock."""

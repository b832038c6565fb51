"""Where goods are and who has a claim on them. It never sells: an order asks it to reserve, release, ship and restock."""

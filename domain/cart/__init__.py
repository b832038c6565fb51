"""What somebody means to buy, and what it would cost now. At the checkout it reserves; it never sells."""

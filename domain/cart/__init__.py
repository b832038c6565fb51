"""What somebody means to buy, and what it would cost now. It reserves nothing and sells nothing."""

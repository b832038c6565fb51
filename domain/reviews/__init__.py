"""What buyers say of what they bought, and which of it is shown. It never changes an order or a product."""

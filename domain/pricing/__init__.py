"""What things cost, and the pure sum of a quote. It keeps no cart and knows no order."""

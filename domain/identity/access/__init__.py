"""What may be allowed, the roles that allow it, who holds them, and for which part of the shop.

Which rows somebody sees is never decided here: those rules stand with the rows.
"""

"""Money for an order: the risk decision, every step with the payment provider, the signed receipt.

It never changes an order's state itself (it asks the order to advance), never calls a provider inside a transaction,
and keeps no card data.
"""

"""The order: how it comes to be from a cart, its state machine, who may see it.

It never moves money and never calls a provider: payments and fulfilment ask it to advance.
"""

"""The goods on their way: shipping an order, its delivery, its return, and giving it up before it leaves.

It never changes an order's state itself (it asks the order to advance), and touches neither stock nor money: those
follow from the order's state machine and its events.
"""

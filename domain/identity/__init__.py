"""People, suppliers, staff: who they are, how they prove it, what each may do, and the keys that sign for the shop.

It never knows what people buy or sell; the contexts above it ask it who somebody is, and decide the rest themselves.
"""

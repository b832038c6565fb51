"""What to buy next: learning from purchases, judging what was learned, publishing it, answering from the published rows.

It never ranks at request time: `queries.py` reads result tables and imports nothing that learns.
"""

"""What the numbers say: customer segments, sales reports, forecasts. It reads orders in sums and changes none of them.

`queries.py` and the request of a report import nothing that computes: the API process answers from result tables.
"""

"""Bringing in another shop's records: reading its file, judging every row, loading what is usable in one transaction.

It writes tables of many contexts by COPY and set-based SQL, as a bulk load must, and never goes through use cases: it
emits no event, reserves no stock and calls no provider, because what it loads has long happened.
"""

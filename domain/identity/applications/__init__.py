"""Partners' programs: their scopes, the keys by which they log in, and the tokens that these give.

They never become people.
"""

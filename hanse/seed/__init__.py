"""The demo shop: an invented assortment, invented people with tastes, and eighteen months of their orders.

It is made in memory from `data/` and a seed number, and written by COPY in one transaction, past the use cases: what it
tells of has long happened. So it stores no event (a subscriber that starts at the beginning gets none of it), no
receipt, no audit entry and no risk decision except for the orders that still wait for one.
"""

from hanse.seed.fill import is_seeded, seed
from hanse.seed.scale import Scale

__all__ = ["Scale", "is_seeded", "seed"]

"""Small shops on one day, so that what chance gives them is the same in every run."""

from datetime import UTC, datetime

from hanse.seed.scale import Scale

THE_DAY = datetime(2026, 11, 23, 9, tzinfo=UTC)

SMALL = Scale(products=120, customers=150, orders=2_500)
TINY = Scale(products=60, customers=50, orders=800)

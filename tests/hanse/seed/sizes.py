from hanse.seed.scale import Scale

SMALL = Scale(products=120, customers=150, orders=2_500)

"""The command line, and what runs a whole shop on one machine: embedded engines, supervision, demo data, imports.

The third composition root: it may import all the others, and none of them imports it. It decides nothing about commerce.
"""

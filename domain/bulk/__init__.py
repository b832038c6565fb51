"""Catalogue, prices, stock and translations in and out as files. It decides nothing itself: what is stored goes through the
operations of the contexts that own it."""

"""Postal addresses by the rules of their country, and the book that a person keeps of them.

It never says whether anything is delivered there.
"""

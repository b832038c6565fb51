"""Becoming somebody here and staying reachable: sign-up, mailed links, passwords, profile, guests.

It never sends mail, and opens no session except a guest's first.
"""

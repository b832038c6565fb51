"""Mails: what they say in which language, to whom they go, and how they are handed over.

It sends what other contexts' events ask for, and never decides what happens there.
"""

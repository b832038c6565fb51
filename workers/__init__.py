"""Carries out later what the domain has decided: the relay of events, the actors, the schedule.

An actor parses ids and calls one use case; it decides nothing and touches no table.
"""

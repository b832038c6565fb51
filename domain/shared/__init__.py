"""What every context stands on: transactions, the outbox, idempotency, money, time, errors, settings.

It knows no context above it and decides nothing about commerce.
"""

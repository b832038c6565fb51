"""Repeatable measurements of the running shop, each printing a table. Nothing of the product imports them.

`python -m benchmarks` (`make bench`) holds the shop against two floors; `python -m benchmarks.servers` holds it against
itself under other servers and settings (docs/adr/0003-asgi-server-and-json.md).
"""

"""Where the shop sells: storefronts and markets, each with currencies, languages and countries of its own.

It sells nothing itself.
"""

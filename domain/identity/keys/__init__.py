"""The keys that sign for the shop, their rotation and publication. A private half never leaves the process in the open."""

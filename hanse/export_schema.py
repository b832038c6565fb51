"""`hanse export-schema`."""

import sys

from api.graphql import sdl


def main() -> None:
    sys.stdout.write(sdl())


if __name__ == "__main__":
    main()

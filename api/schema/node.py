"""Relay's Node: any object that has an id of its own."""

import strawberry


@strawberry.interface(description="Anything that can be asked for by its id.")
class Node:
    id: strawberry.ID

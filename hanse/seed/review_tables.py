"""The rows of what buyers say."""

from hanse.seed.arrays import moments, pick
from hanse.seed.customers import Person
from hanse.seed.demo import Demo
from hanse.seed.reviews import PENDING, REJECTED, STATES
from hanse.seed.tables import Table, row_ids
from hanse.seed.vocabulary import data


def review_table(demo: Demo) -> Table:
    reviews, keys = demo.reviews, demo.keys
    people = [demo.shop.customers.people[row] for row in reviews.customer.tolist()]
    note, states, at = data("reviews")["rejected"]["note"], reviews.state.tolist(), moments(reviews.at)
    return Table(
        "review",
        (
            *("id", "product_id", "author_id", "rating", "title", "body", "author_name", "language"),
            *("state", "note", "version", "created_at", "updated_at"),
        ),
        list(
            zip(
                row_ids(demo.scale, "review", reviews.at),
                pick(keys.products, reviews.product),
                pick(keys.customers, reviews.customer),
                reviews.rating.tolist(),
                reviews.titles,
                reviews.bodies,
                map(_called, people),
                [person.language for person in people],
                [STATES[state] for state in states],
                [note if state == REJECTED else None for state in states],
                [1 if state == PENDING else 2 for state in states],
                at,
                at,
                strict=True,
            )
        ),
    )


def _called(person: Person) -> str:
    """Less than the whole name, as people do: `Anna K.`, `王**`."""
    first, *others = person.name.split()
    return f"{first} {others[-1][0]}." if others else f"{first[0]}**"

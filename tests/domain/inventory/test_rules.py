from collections import Counter
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from domain.inventory.rules import Level, Shortage, pick

TEA, POT = uuid4(), uuid4()

wanted_units = st.dictionaries(st.sampled_from([TEA, POT]), st.integers(1, 30), min_size=1)
some_levels = st.lists(
    st.builds(
        Level,
        id=st.uuids(),
        variant_id=st.sampled_from([TEA, POT]),
        available=st.integers(0, 12),
        preference=st.integers(0, 2),
    ),
    unique_by=lambda level: level.id,
    max_size=8,
)


def test_one_warehouse_that_suffices_is_preferred_to_a_split() -> None:
    small, large = Level(uuid4(), TEA, 2, 0), Level(uuid4(), TEA, 9, 1)

    picked = pick({TEA: 5}, [small, large])

    assert isinstance(picked, list)
    assert [(one.level_id, one.quantity) for one in picked] == [(large.id, 5)]


@given(wanted_units, some_levels)
def test_picks_cover_exactly_what_is_wanted_and_never_more_than_a_level_has(
    wanted: dict[UUID, int], levels: list[Level]
) -> None:
    by_id = {level.id: level for level in levels}
    there = Counter[UUID]()
    for level in levels:
        there[level.variant_id] += level.available

    picked = pick(wanted, levels)

    if isinstance(picked, Shortage):
        assert there[picked.variant_id] == picked.available < picked.requested == wanted[picked.variant_id]
        return
    given_units = Counter[UUID]()
    for one in picked:
        given_units[by_id[one.level_id].variant_id] += one.quantity
        assert 0 < one.quantity <= by_id[one.level_id].available
    assert given_units == Counter(wanted)
    assert len({one.level_id for one in picked}) == len(picked)

import numpy as np
import pytest

from domain.analytics.clusters import PROTOTYPES, Customers, cluster

KINDS = {
    "champions": (5, 30, 9_000_00),
    "loyal": (40, 8, 1_500_00),
    "occasional": (20, 2, 300_00),
    "dormant": (400, 1, 200_00),
}


def _shop(size: int = 50) -> tuple[Customers, list[str]]:
    """`size` customers of each kind, spread around its typical recency, frequency and money."""
    random = np.random.default_rng(2)
    values = np.vstack([random.lognormal(np.log(typical), 0.15, (size, 3)) for typical in KINDS.values()])
    kinds = [kind for kind in KINDS for _ in range(size)]
    return Customers(values[:, 0], values[:, 1], values[:, 2], np.zeros(len(values), dtype=np.int64)), kinds


def test_kinds_of_customers_are_found_and_named() -> None:
    customers, kinds = _shop()

    found = cluster(customers, seed=1)

    assert [found.names[label] for label in found.labels] == kinds
    assert found.silhouette > 0.6


def test_clusters_stand_in_order_of_money() -> None:
    customers, _ = _shop()

    found = cluster(customers, seed=1)

    means = [customers.money[found.labels == label].mean() for label in range(4)]
    assert means == sorted(means, reverse=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_names_and_members_do_not_depend_on_the_order_of_customers(seed: int) -> None:
    customers, _ = _shop()
    shuffled = np.random.default_rng(seed).permutation(len(customers.money))
    other = Customers(
        *(getattr(customers, name)[shuffled] for name in ("recency_days", "frequency", "money", "currency"))
    )

    one, two = cluster(customers, seed=seed), cluster(other, seed=seed)

    assert one.names == two.names
    assert np.array_equal(one.labels[shuffled], two.labels)


def test_names_are_unique_and_known() -> None:
    random = np.random.default_rng(9)
    recency, frequency, money = random.lognormal(3, 1, (3, 300))
    customers = Customers(recency, frequency, money, np.zeros(300, dtype=np.int64))

    found = cluster(customers, seed=1)

    assert len(set(found.names)) == 4
    assert set(found.names) <= set(PROTOTYPES)


def test_money_is_compared_within_a_currency() -> None:
    customers, kinds = _shop()
    in_yen = np.arange(len(kinds)) % 2 == 0
    money = np.where(in_yen, customers.money * 160, customers.money)

    found = cluster(Customers(customers.recency_days, customers.frequency, money, in_yen.astype(np.int64)), seed=1)

    assert [found.names[label] for label in found.labels] == kinds


@pytest.mark.parametrize("customers", [0, 1, 3])
def test_too_few_customers_are_an_error(customers: int) -> None:
    values = np.arange(customers, dtype=np.float64)

    with pytest.raises(ValueError, match="4 different customers"):
        cluster(Customers(values, values, values, np.zeros(customers, dtype=np.int64)), seed=1)


def test_many_equal_customers_are_too_few() -> None:
    same = np.ones(100)

    with pytest.raises(ValueError, match="4 different customers"):
        cluster(Customers(same, same, same, np.zeros(100, dtype=np.int64)), seed=1)

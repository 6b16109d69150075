"""Tables of persons are linked without labels, whatever their order, each row once."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity.persons.fields import Field
from screening.identity.persons.linking import deduplicate, link

FIELDS = [
    Field("given", "name"),
    Field("surname", "name"),
    Field("born", "date"),
    Field("town", "text"),
    Field("code", "code"),
    Field("mail", "email"),
]
SWAPPED = ("given", "surname")

_GIVEN = ["Anna", "Bo", "Cecilia", "David", "Elin", "Fredrik", "Greta", "Hugo", "Ida", "Jonas"]
_PARTS = ["Alm", "Berg", "Dal", "Ek", "Fors", "Gran", "Hed", "Lind", "Nord", "Ström"]


def _mistyped(rng, text):
    """One letter less, or two neighbours swapped."""
    place = int(rng.integers(1, max(2, len(text) - 1)))
    if rng.random() < 0.5:
        return text[:place] + text[place + 1 :]
    return text[: place - 1] + text[place] + text[place - 1] + text[place + 1 :]


def _people(rng, count):
    for number in range(count):
        given = str(rng.choice(_GIVEN))
        surname = str(rng.choice(_PARTS)) + str(rng.choice(_PARTS)).lower()
        yield {
            "person": number,
            "given": given,
            "surname": surname,
            "born": date(1940, 1, 1) + timedelta(days=int(rng.integers(25_000))),
            "town": "Stad " + str(rng.choice(_PARTS)),
            "code": f"{rng.integers(10_000, 99_999)}",
            "mail": f"{given}.{surname}{number}@exempel.se".lower(),
        }


def _again(rng, one):
    """Another row about the same person, with errors."""
    row = dict(one)
    for column in ("given", "surname", "town", "mail"):
        if rng.random() < 0.2:
            row[column] = _mistyped(rng, row[column])
    for column in ("given", "code", "mail", "town"):
        if rng.random() < 0.15:
            row[column] = None
    if rng.random() < 0.1:
        row["given"], row["surname"] = row["surname"], row["given"]
    if rng.random() < 0.15:
        row["born"] = row["born"] + timedelta(days=int(rng.choice([-30, -1, 1, 365])))
    return row


def _two_tables(seed, count):
    rng = np.random.default_rng(seed)
    people = list(_people(rng, count))
    others = [_again(rng, one) for one in people[: count * 4 // 5]]
    rng.shuffle(others)
    return pl.DataFrame(people), pl.DataFrame(others, infer_schema_length=None)


def _one_table(seed, count):
    rng = np.random.default_rng(seed)
    rows = [row for one in _people(rng, count) for row in [one] + [
        _again(rng, one) for _ in range(int(rng.integers(0, 4)))]]  # fmt: skip
    rng.shuffle(rows)
    return pl.DataFrame(rows, infer_schema_length=None)


def _same(left, right, pairs):
    return left["person"].gather(pairs["left"]) == right["person"].gather(pairs["right"])


@pytest.mark.parametrize("seed", [1, 2])
def test_two_tables_one_to_one(seed):
    left, right = _two_tables(seed, 400)
    matches = link(left, right, FIELDS, SWAPPED).pairs.filter("is_match")
    assert matches["left"].is_unique().all()
    assert matches["right"].is_unique().all()
    found = _same(left, right, matches)
    assert found.mean() >= 0.995
    assert found.sum() >= 0.985 * right.height


def test_who_is_in_one_table_only_is_nobody():
    left, _ = _two_tables(1, 300)
    other = pl.DataFrame(list(_people(np.random.default_rng(99), 300)))
    assert link(left, other, FIELDS, SWAPPED).pairs.filter("is_match").height <= 1


@pytest.mark.parametrize("seed", [3, 4])
def test_duplicates_in_clusters(seed):
    table = _one_table(seed, 250)
    clusters = deduplicate(table, FIELDS, SWAPPED).clusters.with_columns(person=table["person"])

    def pairs(*columns):
        sizes = clusters.group_by(columns).len(name="rows")["rows"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    right = pairs("cluster", "person")
    assert right >= 0.99 * pairs("cluster")
    assert right >= 0.96 * pairs("person")


def test_weights_add_up_to_the_probability():
    left, right = _two_tables(5, 200)
    linked = link(left, right, FIELDS, SWAPPED)
    weights = [column for column in linked.pairs.columns if column.startswith("weight_")]
    odds = linked.pairs.select(pl.sum_horizontal(weights)).to_series()
    probability = 1 / (1 + np.exp(-(odds.to_numpy() + linked.weights.prior_odds)))
    assert np.allclose(probability, linked.pairs["probability"].to_numpy(), atol=1e-9)
    assert "swapped" in linked.pairs["level_order"]


def test_a_rare_value_weighs_more_than_a_common_one():
    left, right = _two_tables(6, 300)
    common = pl.col("surname").replace("Ekek", "Almberg")
    pairs = link(left.with_columns(common), right, FIELDS).pairs.filter(
        pl.col("level_surname") == "equal"
    )
    many = left["surname"].gather(pairs["left"])
    counted = pairs.with_columns(surname=many).join(
        left.group_by("surname").len(name="rows"), on="surname"
    )
    by_count = counted.group_by("rows").agg(pl.col("weight_surname").mean()).sort("rows")
    assert by_count["weight_surname"][0] > by_count["weight_surname"][-1]


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 50), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(seed, rng):
    table = _one_table(seed, 30).with_row_index("place")
    order = list(range(table.height))
    rng.shuffle(order)

    def together(rows):
        clusters = deduplicate(rows, FIELDS, SWAPPED).clusters
        places = rows["place"]
        named = clusters.with_columns(row=places, cluster=places.gather(clusters["cluster"]))
        return named.group_by("cluster").agg(pl.col("row").sort())["row"].sort().to_list()

    assert sorted(map(tuple, together(table))) == sorted(map(tuple, together(table[order])))


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 50))
def test_left_and_right_may_be_turned(seed):
    left, right = _two_tables(seed, 40)
    one = link(left, right, FIELDS, SWAPPED).pairs.filter("is_match").select("left", "right")
    two = link(right, left, FIELDS, SWAPPED).pairs.filter("is_match").select("right", "left")
    assert sorted(one.rows()) == sorted(two.rows())


@pytest.mark.parametrize(
    "values",
    [
        [None] * 4,
        ["", " ", "***", "\u202e"],
        ["å" * 5000] * 4,
        ["李小龙", "Лев", "\u0645\u062d\u0645\u062f", "Ł"],
        ["0000-00-00", "9999-99-99", "2023-02-30", "1985-01-01"],
    ],
)
def test_odd_values_do_no_harm(values):
    rows = {field.name: values for field in FIELDS}
    table = pl.DataFrame(rows, schema=dict.fromkeys(rows, pl.String))
    assert deduplicate(table, FIELDS, SWAPPED).clusters.height == 4
    linked = link(table, table, FIELDS, SWAPPED).pairs.filter("is_match")
    assert linked["left"].is_unique().all()


def test_empty_tables_give_empty_answers():
    table = _one_table(1, 3)
    assert link(table.clear(), table, FIELDS, SWAPPED).pairs.is_empty()
    assert link(table, table.clear(), FIELDS, SWAPPED).pairs.is_empty()
    assert deduplicate(table.clear(), FIELDS, SWAPPED).clusters.is_empty()
    assert deduplicate(table.head(1), FIELDS, SWAPPED).clusters.height == 1


def test_thousands_of_one_name_cost_no_more():
    count = 4_000
    rng = np.random.default_rng(1)
    table = pl.DataFrame(
        {
            "given": ["Anna"] * count,
            "surname": ["Ek"] * count,
            "born": [
                date(1940, 1, 1) + timedelta(days=int(d)) for d in rng.integers(0, 9_000, count)
            ],
            "code": [f"{number:05d}" for number in range(count)],
        }
    )
    linked = deduplicate(table, [field for field in FIELDS if field.name in table.columns])
    assert linked.pairs.height < 40 * count

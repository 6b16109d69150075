"""Linking of person tables measured: FEBRL 4 one to one, fake_1000 in clusters.

Both are public synthetic test sets for record linkage (FEBRL: Christen, ANU; fake_1000: Splink).
They are not part of the project; give the folder that holds ``dataset4a.csv``, ``dataset4b.csv``
and ``fake_1000.csv``:

    python -m benchmarks.person_linking FOLDER
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from screening.identity.persons.fields import Field
from screening.identity.persons.linking import Linked, deduplicate, link

FEBRL_FIELDS = (
    Field("given_name", "name"),
    Field("surname", "name"),
    Field("street_number", "code"),
    Field("address_1", "text"),
    Field("address_2", "text"),
    Field("suburb", "text"),
    Field("postcode", "code"),
    Field("state", "code"),
    Field("date_of_birth", "date"),
    Field("soc_sec_id", "code"),
)
FAKE_FIELDS = (
    Field("first_name", "name"),
    Field("surname", "name"),
    Field("dob", "date"),
    Field("city", "text"),
    Field("email", "email"),
)


@dataclass(frozen=True)
class Quality:
    """Quality of found pairs; ``seconds`` in process, tables loaded."""

    precision: float
    recall: float
    seconds: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)

    def line(self, name: str) -> str:
        """One line of the report."""
        figures = f"F1 {self.f1:.4f} (P {self.precision:.4f}, R {self.recall:.4f})"
        return f"{name:<44}{figures}  {self.seconds:6.2f} s"


def quality(right: int, found: int, true: int, seconds: float) -> Quality:
    """Quality from counts of pairs."""
    return Quality(right / max(found, 1), right / max(true, 1), seconds)


def read_febrl(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both tables of FEBRL 4 as text, with ``entity``, the number that true pairs share."""
    tables = []
    for name in ("dataset4a.csv", "dataset4b.csv"):
        table = pl.read_csv(folder / name, infer_schema_length=0)
        table = table.rename({column: column.strip() for column in table.columns})
        entity = pl.col("rec_id").str.extract(r"^rec-(\d+)")
        tables.append(table.with_columns(pl.all().str.strip_chars()).with_columns(entity=entity))
    return tables[0], tables[1]


def pairs_quality(
    linked: Linked, left: pl.Series, right: pl.Series, true: int, seconds: float, chosen: pl.Expr
) -> Quality:
    """Quality of the pairs that ``chosen`` takes, of tables whose rows are these entities."""
    pairs = linked.pairs.filter(chosen)
    same = left.gather(pairs["left"]) == right.gather(pairs["right"])
    return quality(int(same.sum()), pairs.height, true, seconds)


def clusters_quality(linked: Linked, entity: pl.Series, seconds: float) -> Quality:
    """Quality of all pairs within clusters."""

    def pairs(*columns: str) -> int:
        sizes = table.group_by(columns).len(name="rows")["rows"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    table = linked.clusters.sort("row").with_columns(entity=entity)
    return quality(pairs("cluster", "entity"), pairs("cluster"), pairs("entity"), seconds)


def febrl(folder: Path, with_number: bool = True) -> dict[str, Quality]:
    """FEBRL 4, with or without the social security number among the fields."""
    left, right = read_febrl(folder)
    fields = FEBRL_FIELDS if with_number else FEBRL_FIELDS[:-1]
    start = time.perf_counter()
    linked = link(left, right, fields, swapped=("given_name", "surname"))
    seconds = time.perf_counter() - start
    sides = left["entity"], right["entity"], left.height, seconds
    return {
        "one to one": pairs_quality(linked, *sides, pl.col("is_match")),
        "pairs at 0.5": pairs_quality(linked, *sides, pl.col("probability") >= 0.5),
    }


def fake_1000(folder: Path) -> dict[str, Quality]:
    """fake_1000: clusters, and pairs by their own probability."""
    table = pl.read_csv(folder / "fake_1000.csv", infer_schema_length=0)
    start = time.perf_counter()
    linked = deduplicate(table, FAKE_FIELDS, swapped=("first_name", "surname"))
    seconds = time.perf_counter() - start
    entity = table["cluster"]
    sizes = np.bincount(entity.cast(pl.Int64).to_numpy())
    true = int((sizes * (sizes - 1) // 2).sum())
    return {
        "clusters": clusters_quality(linked, entity, seconds),
        "pairs at 0.5": pairs_quality(
            linked, entity, entity, true, seconds, pl.col("probability") >= 0.5
        ),
    }


def main() -> None:
    """Print one line for each measure."""
    folder = Path(sys.argv[1])
    measured = {
        "FEBRL 4": febrl(folder),
        "FEBRL 4 without the number": febrl(folder, with_number=False),
        "fake_1000": fake_1000(folder),
    }
    for data, qualities in measured.items():
        for name, found in qualities.items():
            print(found.line(f"{data}, {name}"))


if __name__ == "__main__":
    main()

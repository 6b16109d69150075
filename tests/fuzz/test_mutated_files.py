"""Mutated files of every format obey the laws: see ``laws`` for which, ``campaign`` for how.

Some hundreds of the files are read here. All 20,000: ``make fuzz``.
"""

import random

import pytest

from tests.fuzz.campaign import run
from tests.fuzz.mutated_files import mutated_file
from tests.fuzz.seeds import all_seeds

FILES_IN_A_SLICE = 200
SLICES = 2


@pytest.mark.parametrize("piece", range(SLICES))
def test_no_file_breaks_a_law(piece: int) -> None:
    report = run(range(piece * FILES_IN_A_SLICE, (piece + 1) * FILES_IN_A_SLICE))
    assert [str(finding) for finding in report.findings] == []
    assert report.files == FILES_IN_A_SLICE
    # A campaign in which all files are hopeless, or none is counted, would prove nothing.
    assert report.loaded_files > FILES_IN_A_SLICE / 5
    assert len(report.unreadable) >= 8
    assert report.counted > 10


def test_the_same_number_is_the_same_file() -> None:
    for number in random.Random(4).sample(range(20_000), 50):
        assert mutated_file(number) == mutated_file(number)
    assert mutated_file(1).content != mutated_file(1, campaign=1).content


def test_every_source_and_format_has_a_seed() -> None:
    from screening.sources.contracts import all_contracts

    assert {seed.source for seed in all_seeds()} == set(all_contracts())
    kinds = {"text", "json", "xml", "xlsx", "parquet", "gzip", "zip"}
    assert {seed.kind for seed in all_seeds()} == kinds
    names = [seed.name for seed in all_seeds()]
    assert len(names) == len(set(names))

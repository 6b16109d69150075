"""The mutated file of a number: always the same one, so that any finding can be looked at again."""

import gzip
import io
import random
import zipfile
from dataclasses import dataclass

from tests.fuzz.byte_mutations import BYTE_MUTATIONS
from tests.fuzz.format_mutations import FORMAT_MUTATIONS
from tests.fuzz.line_mutations import damaged_cells, shuffled_lines
from tests.fuzz.seeds import Seed, all_seeds


@dataclass(frozen=True)
class MutatedFile:
    """A seed and what was done to it.

    Attributes:
        number: makes the same file again.
        seed: what it was.
        steps: names of the mutations, in order.
        content: its bytes.
        rows: how many rows it has, where that can be counted without the readers.
    """

    number: int
    seed: Seed
    steps: tuple[str, ...]
    content: bytes
    rows: int | None = None


def _packed(rng: random.Random, content: bytes) -> tuple[str, bytes]:
    if rng.random() < 0.5:
        return "gzip", gzip.compress(content, 1, mtime=0)
    stream = io.BytesIO()
    with zipfile.ZipFile(
        stream, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    ) as out:
        out.writestr(zipfile.ZipInfo("inner/file.csv"), content)
    return "zip", stream.getvalue()


def seed_of(number: int) -> Seed:
    """The seed that a number's file is made from; every seed comes round in turn."""
    seeds = all_seeds()
    return seeds[number % len(seeds)]


def mutated_file(number: int, campaign: int = 0) -> MutatedFile:
    """The file of a number; another campaign has other files."""
    rng = random.Random(f"{campaign}:{number}")
    seed = seed_of(number)
    if seed.has_plain_lines and rng.random() < 0.25:
        counted = rng.choice((shuffled_lines, damaged_cells))
        made = counted(rng, seed.content)
        if rng.random() < 0.2:
            how, content = _packed(rng, made.content)
            return MutatedFile(number, seed, (counted.__name__, how), content, made.rows)
        return MutatedFile(number, seed, (counted.__name__,), made.content, made.rows)
    content, steps = seed.content, []
    for step in range(rng.choice((1, 1, 1, 2, 3))):
        is_own = step == 0 and rng.random() < 0.5
        mutate = rng.choice(FORMAT_MUTATIONS[seed.kind] if is_own else BYTE_MUTATIONS)
        content = mutate(rng, content)
        steps.append(mutate.__name__)
    if rng.random() < 0.05:
        how, content = _packed(rng, content)
        steps.append(how)
    return MutatedFile(number, seed, tuple(steps), content)

"""What only a file's whole column can tell: its decimal sign, and what an empty yes/no cell means.

Most files never ask. The first chunk with a text such as ``1.234``, or with an empty cell beside
crosses, makes the file be read through once for the columns in question; so the answer does not
depend on how the file was cut into chunks, nor on which of them asks first: they may be typed at
the same time.
"""

from collections.abc import Callable, Iterator
from threading import Lock
from typing import TypeVar

import polars as pl

from screening.sources.amounts import DecimalEvidence, decimal_evidence, has_ambiguous
from screening.sources.codes import has_crosses_only
from screening.sources.column_plan import ColumnPlan
from screening.sources.text_table import TextChunk, TextTable
from screening.sources.values import NUMBER_TYPES

_Answer = TypeVar("_Answer")


class Conventions:
    """The conventions of one file, found when first asked for.

    Attributes:
        chunks: the file's rows, to be read instead of the table's: a table that cannot be read
            again is held in memory.
    """

    chunks: Iterator[TextChunk]

    def __init__(self, table: TextTable, plan: ColumnPlan, decimal: str | None) -> None:
        self._plan = plan
        if table.reopen is not None:
            self.chunks, self._reopen = table.chunks, table.reopen
        else:
            held = list(table.chunks)
            self.chunks, self._reopen = iter(held), lambda: iter(held)
        columns = {name: plan.contract.columns[name] for name in sorted(plan.present)}
        self._numbers = [name for name, c in columns.items() if c.type in NUMBER_TYPES]
        self._booleans = [name for name, c in columns.items() if c.type == "boolean"]
        self._signs: dict[str, str | None] = {}
        for name in self._numbers:
            if plan.headers.get(name) in table.typed_columns:
                self._signs[name] = "."
            elif decimal is not None:
                self._signs[name] = decimal
        self._crossed: dict[str, bool] = {}
        self._asking = Lock()

    def decimal_signs(self, texts: pl.DataFrame) -> dict[str, str | None]:
        """The decimal sign of each number column that has texts which depend on it."""
        unsure = [n for n in self._numbers if n not in self._signs and has_ambiguous(texts[n])]
        if not unsure:
            return dict(self._signs)
        with self._asking:
            asked = [name for name in unsure if name not in self._signs]
            answers = self._over_file(asked, decimal_evidence)
            for name in asked:
                self._signs[name] = sum(answers[name], DecimalEvidence()).decimal()
            return dict(self._signs)

    def crossed(self, texts: pl.DataFrame) -> frozenset[str]:
        """The yes/no columns with nothing but crosses and empty cells, so that empty means no."""
        with self._asking:
            return self._crossed_of(texts)

    def _crossed_of(self, texts: pl.DataFrame) -> frozenset[str]:
        asked: list[str] = []
        for name in self._booleans:
            if name in self._crossed or not texts[name].null_count():
                continue
            if has_crosses_only(texts[name]) is False:
                self._crossed[name] = False
            else:
                asked.append(name)
        answers = self._over_file(asked, has_crosses_only)
        for name in asked:
            given = [answer for answer in answers[name] if answer is not None]
            self._crossed[name] = bool(given) and all(given)
        return frozenset(name for name, is_crossed in self._crossed.items() if is_crossed)

    def _over_file(
        self, names: list[str], ask: Callable[[pl.Series], _Answer]
    ) -> dict[str, list[_Answer]]:
        """What each chunk of the whole file answers for each of the columns."""
        answers: dict[str, list[_Answer]] = {name: [] for name in names}
        for chunk in self._reopen() if names else ():
            texts = self._plan.texts(self._plan.kept(chunk.frame))
            for name in names:
                answers[name].append(ask(texts[name]))
        return answers

"""What two values of a person's field say to each other: levels of agreement, vectorised.

A field has a kind (name, date, code, text, email), a kind has levels, best first. Level ``MISSING``
means that a side has no value: that is no evidence, neither for nor against.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from screening.identity.names.readable_text import fold, readable
from screening.identity.persons.names import canonical_name, name_words_form

Kind = Literal["name", "date", "code", "text", "email", "order"]
Ints = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]

MISSING = -1

#: Levels of each kind, best first; the last one is that the values differ.
LEVELS: dict[Kind, tuple[str, ...]] = {
    "name": ("equal", "variant", "typing_error", "alike", "initial", "differs"),
    "date": ("equal", "typing_error", "day_month_swapped", "two_parts", "near", "differs"),
    "code": ("equal", "typing_error", "differs"),
    "text": ("equal", "typing_error", "alike", "differs"),
    "email": ("equal", "typing_error", "same_local_part", "differs"),
    "order": ("as_given", "swapped"),
}

#: How often one person's two records stand at each level, before the data says more: rates of
#: typing errors and variants as in registers that people type by hand.
USUAL_RATES: dict[Kind, tuple[float, ...]] = {
    "name": (0.83, 0.03, 0.06, 0.03, 0.02, 0.03),
    "date": (0.86, 0.05, 0.01, 0.03, 0.02, 0.03),
    "code": (0.88, 0.07, 0.05),
    "text": (0.80, 0.08, 0.04, 0.08),
    "email": (0.80, 0.08, 0.03, 0.09),
    "order": (0.97, 0.03),
}

_ALIKE = 0.86
_LETTERS_PER_ERROR = 4
_NEAR_DAYS = 370
_MOST_EDITS = 6
_PAIRS_PER_VALUE = 20
_PAIRS_OF_ONE_THREAD = 10_000


@dataclass(frozen=True)
class Field:
    """A field to compare.

    Attributes:
        name: what the feature is called.
        kind: how values are compared.
        column: the column that holds it, in both tables; the name, if not given.
    """

    name: str
    kind: Kind
    column: str = ""

    @property
    def source(self) -> str:
        """The column that is read."""
        return self.column or self.name


def value_form(kind: Kind, column: str, dtype: pl.DataType) -> pl.Expr:
    """Column in the form that is compared: text, null where there is nothing to compare."""
    value = pl.col(column)
    if kind == "date":
        text = value.dt.strftime("%Y%m%d") if dtype == pl.Date else value.cast(pl.String)
        digits = text.str.head(40).str.replace_all(r"[^0-9]", "")
        return pl.when(digits.str.len_bytes() == 8).then(digits)
    if kind == "name":
        return name_words_form(value.cast(pl.String))
    folded = fold(readable(value.cast(pl.String)))
    if kind == "email":
        return pl.when(folded != "").then(folded)
    bare = folded.str.replace_all(
        r"[^\p{L}\p{N}]+", "" if kind == "code" else " "
    ).str.strip_chars()
    return pl.when(bare != "").then(bare)


@dataclass(frozen=True)
class Values:
    """Values of one field over all rows, coded: equal values have equal codes.

    Attributes:
        field: the field.
        codes: code of each row, -1 where it has no value.
        texts: the value of each code.
        lengths: characters of each code's value.
        canonical: for names: number of the common spelling of each code.
        parts: numbers of parts of each code's value.
        counts: rows with each code.
    """

    field: Field
    codes: Ints
    texts: npt.NDArray[np.object_]
    lengths: Ints
    canonical: Ints
    parts: Mapping[str, Ints]
    counts: Ints

    @property
    def known(self) -> int:
        """Rows that have a value."""
        return int(self.counts.sum())


def _objects(texts: pl.Series) -> npt.NDArray[np.object_]:
    held = np.empty(texts.len(), dtype=object)
    held[:] = texts.to_list()
    return held


def _ranked(texts: pl.Expr | pl.Series) -> Ints:
    """A number for each text: equal texts have equal numbers; 0 for null."""
    series = pl.select(texts).to_series()
    return series.rank("dense").fill_null(0).cast(pl.Int64).to_numpy()


def _parts(kind: Kind, texts: pl.Series) -> dict[str, Ints]:
    """What of a value is compared by itself, as numbers; 0 where it has none."""
    if kind == "name":
        return {"first": _ranked(texts.str.head(1))}
    if kind == "email":
        return {"local": _ranked(texts.str.extract(r"^([^@]+)@"))}
    if kind != "date":
        return {}
    days = texts.str.to_date("%Y%m%d", strict=False).to_physical().cast(pl.Int64)
    slices = {"year": (0, 4), "month": (4, 2), "day": (6, 2)}
    parts = {
        part: texts.str.slice(*place).cast(pl.Int64).to_numpy() for part, place in slices.items()
    }
    return parts | {"number": days.fill_null(0).to_numpy()}


def coded(rows: pl.DataFrame, fields: Sequence[Field]) -> list[Values]:
    """Values of ``fields``, all of one kind, over ``rows``; equal values have equal codes.

    Codes follow the order of the values, so that the order of rows does not matter.
    """
    kind = fields[0].kind
    forms = [
        rows.select(value_form(kind, field.source, rows.schema[field.source])).to_series()
        for field in fields
    ]
    return coded_forms(forms, fields)


def coded_forms(forms: Sequence[pl.Series], fields: Sequence[Field]) -> list[Values]:
    """Values as `coded`, of columns that are in the form that is compared (`value_form`)."""
    kind = fields[0].kind
    texts = pl.concat([form.rename("value") for form in forms]).drop_nulls().unique().sort()
    spelled = canonical_name(pl.lit(texts))
    canonical = _ranked(spelled) if kind == "name" else np.arange(texts.len())
    lengths = texts.str.len_chars().cast(pl.Int64).to_numpy()
    objects, parts = _objects(texts), _parts(kind, texts)
    places = pl.int_range(texts.len(), eager=True)
    found = []
    for field, form in zip(fields, forms, strict=True):
        codes = form.replace_strict(texts, places, default=-1, return_dtype=pl.Int64).to_numpy()
        counts = np.bincount(codes[codes >= 0], minlength=texts.len())
        found.append(Values(field, codes, objects, lengths, canonical, parts, counts))
    return found


def _scored(
    scorer: Callable[..., Any], values: Values, left: Ints, right: Ints, cutoff: float
) -> Floats:
    """Distances or similarities of two values, pair by pair; beyond ``cutoff`` just beyond it."""
    found = cpdist(
        values.texts[left].tolist(),
        values.texts[right].tolist(),
        scorer=scorer,
        score_cutoff=cutoff,
        dtype=np.float32,
        workers=2 if left.size > _PAIRS_OF_ONE_THREAD else 1,
    )
    return found.astype(np.float64)


def _edits(values: Values, left: Ints, right: Ints) -> Floats:
    """Typing errors between two values, a swap of neighbours being one; infinite if too many."""
    edits = _scored(OSA.distance, values, left, right, _MOST_EDITS)
    return np.where(edits > _MOST_EDITS, np.inf, edits)


def _alike(values: Values, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    return _scored(JaroWinkler.similarity, values, left, right, _ALIKE) >= _ALIKE


def _in_order(texts: pl.Series) -> pl.Series:
    """The letters of each text in alphabetical order; no text is empty."""
    letters = texts.str.split("").to_frame("letter").with_row_index("text")
    return (
        letters.explode("letter", empty_as_null=False)
        .sort("text", "letter")
        .group_by("text", maintain_order=True)
        .agg(pl.col("letter").str.join(""))
        .get_column("letter")
    )


def _scrambled(values: Values, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    """Whether two long values have the same letters in another order."""
    lengths = values.lengths
    found: npt.NDArray[np.bool_] = lengths[left] == lengths[right]
    found &= lengths[left] >= _LETTERS_PER_ERROR
    # Putting letters in order takes time: only those of values that may have the same ones.
    here = np.flatnonzero(found)
    codes, back = np.unique(np.concatenate([left[here], right[here]]), return_inverse=True)
    texts = pl.Series(values.texts[codes].tolist(), dtype=pl.String)
    letters = _ranked(_in_order(texts))[back]
    found[here] = letters[: here.size] == letters[here.size :]
    return found


def _shorter(values: Values, left: Ints, right: Ints) -> Ints:
    return np.minimum(values.lengths[left], values.lengths[right])


def _name_levels(values: Values, left: Ints, right: Ints) -> Levels:
    shorter = _shorter(values, left, right)
    edits = _edits(values, left, right)
    few = (edits <= 1) & (shorter > 2) | (edits <= 2) & (shorter >= 2 * _LETTERS_PER_ERROR)
    return np.select(
        [
            values.canonical[left] == values.canonical[right],
            few,
            (_alike(values, left, right) & (shorter > 2)) | _scrambled(values, left, right),
            (shorter == 1) & (values.parts["first"][left] == values.parts["first"][right]),
        ],
        [1, 2, 3, 4],
        5,
    ).astype(np.int8)


def _date_levels(values: Values, left: Ints, right: Ints) -> Levels:
    year, month, day = (
        (values.parts[part][left], values.parts[part][right]) for part in ("year", "month", "day")
    )
    same = [one == two for one, two in (year, month, day)]
    swapped = same[0] & (month[0] == day[1]) & (day[0] == month[1])
    numbers = values.parts["number"]
    known = (numbers[left] != 0) & (numbers[right] != 0)
    apart = np.abs(numbers[left] - numbers[right])
    two_parts = np.sum(same, axis=0) == 2
    return np.select(
        [_edits(values, left, right) <= 1, swapped, two_parts, known & (apart <= _NEAR_DAYS)],
        [1, 2, 3, 4],
        5,
    ).astype(np.int8)


def _code_levels(values: Values, left: Ints, right: Ints) -> Levels:
    few = (_edits(values, left, right) <= 1) & (_shorter(values, left, right) > 2)
    return np.where(few, 1, 2).astype(np.int8)


def _text_levels(values: Values, left: Ints, right: Ints) -> Levels:
    shorter = _shorter(values, left, right)
    few = _edits(values, left, right) * _LETTERS_PER_ERROR <= np.maximum(shorter, 4)
    return np.select([few & (shorter > 2), _alike(values, left, right)], [1, 2], 3).astype(np.int8)


def _email_levels(values: Values, left: Ints, right: Ints) -> Levels:
    few = _edits(values, left, right) * _LETTERS_PER_ERROR <= _shorter(values, left, right)
    same_local = values.parts["local"][left] == values.parts["local"][right]
    same_local &= values.parts["local"][left] > 0
    return np.select([few, same_local], [1, 2], 3).astype(np.int8)


_DIFFERENT: dict[Kind, Callable[[Values, Ints, Ints], Levels]] = {
    "name": _name_levels,
    "date": _date_levels,
    "code": _code_levels,
    "text": _text_levels,
    "email": _email_levels,
}


def code_levels(values: Values, left: Ints, right: Ints) -> Levels:
    """Level at which two codes stand, pair by pair; ``MISSING`` where a code is -1."""
    levels = np.full(left.size, MISSING, dtype=np.int8)
    there = (left >= 0) & (right >= 0)
    levels[there & (left == right)] = 0
    apart = np.flatnonzero(there & (left != right))
    if not apart.size:
        return levels
    low, high = np.minimum(left, right)[apart], np.maximum(left, right)[apart]
    different = _DIFFERENT[values.field.kind]
    if apart.size < values.texts.size * _PAIRS_PER_VALUE:
        levels[apart] = different(values, low, high)
        return levels
    # Few values in many pairs: each two are compared once.
    distinct, back = np.unique(low * values.texts.size + high, return_inverse=True)
    levels[apart] = different(values, *np.divmod(distinct, values.texts.size))[back]
    return levels

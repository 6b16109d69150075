"""Legal forms that are misspelled or cut off: "Siemens Aktiengeselschaft", "... STOCK COMPAN"."""

from functools import cache

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from screening.identity.reference_files import listed, read_reference

#: Letters that a word of a legal form must have to be known when misspelled; and twice misspelled.
_ONE_ERROR_FROM, _TWO_ERRORS_FROM = 5, 10

#: Words that are compared at once with all words of legal forms.
_WORDS_AT_ONCE = 20_000


@cache
def _words_of_forms() -> tuple[str, ...]:
    written = (
        form
        for entry in read_reference("company_forms").values()
        for place in ("last", "first", "anywhere")
        for form in listed(entry, place)
    )
    words = {word for form in written for word in form.split(" ")}
    return tuple(sorted(word for word in words if len(word) >= _ONE_ERROR_FROM))


def spelled_words(words: pl.Series) -> pl.DataFrame:
    """Words that are nearly a word of a legal form: ``word``, ``meant``.

    Args:
        words: distinct folded words.
    """
    forms = _words_of_forms()
    asked = words.filter(
        (words.str.len_chars() >= _ONE_ERROR_FROM) & ~words.is_in(list(forms))
    ).sort()
    found = []
    for start in range(0, asked.len(), _WORDS_AT_ONCE):
        part = asked.slice(start, _WORDS_AT_ONCE)
        apart = process.cdist(
            part.to_list(), forms, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8, workers=-1
        )
        nearest = apart.argmin(axis=1)
        found.append(
            pl.DataFrame(
                {
                    "word": part,
                    "meant": pl.Series(forms).gather(pl.Series(nearest)),
                    "errors": apart[np.arange(part.len()), nearest].astype(np.int64),
                }
            )
        )
    if not found:
        return pl.DataFrame(schema={"word": pl.String, "meant": pl.String})
    letters = pl.min_horizontal(pl.col("word").str.len_chars(), pl.col("meant").str.len_chars())
    is_near = (pl.col("errors") <= 1) | ((pl.col("errors") <= 2) & (letters >= _TWO_ERRORS_FROM))
    return pl.concat(found).filter(is_near).select("word", "meant")

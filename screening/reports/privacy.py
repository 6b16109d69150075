"""Personal identity numbers out of what leaves the store.

Two defences. The first knows the columns: a sole trader's organisationsnummer is shown as birth
date and four stars. The second knows nothing but the look of a number and goes over every text,
because names, descriptions and file names come from people who write what they like.
"""

from collections.abc import Iterable

import polars as pl

#: A personal or co-ordination number as written: 10 or 12 digits, sometimes with a mark or a space
#: before the last four. Month and day are held to what a date (or a date plus 60 days) can be.
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12][0-9]|3[01]|6[1-9]|[78][0-9]|9[01])"
_MARK = r"[-+ \u{00a0}\u{2009}\u{202f}\u{2010}-\u{2015}\u{2212}]?"
_NUMBER = rf"(?:1[6-9]|20)?([0-9]{{2}}{_MONTH}{_DAY}){_MARK}[0-9]{{4}}"

_STARS = "-****"


def masked_orgnr(column: str = "orgnr", is_sole_trader: str = "is_sole_trader") -> pl.Expr:
    """``orgnr`` with a person's number as ``850101-****``; a company's stays as it is.

    A number is a person's where the supplier is known as a sole trader, or where its third digit
    is below 2: in a company's number the "month" is 20 or more (Skatteverket, SKV 709).
    """
    number = pl.col(column).str.replace_all(r"[^0-9]", "").str.tail(10)
    is_person = pl.col(is_sole_trader).fill_null(value=False) | number.str.slice(2, 1).is_in(
        ["0", "1"]
    )
    return (
        pl.when(is_person)
        .then(pl.concat_str(number.str.head(6), pl.lit(_STARS)))
        .otherwise(pl.col(column))
    )


def without_personal_numbers(frame: pl.DataFrame, *, checked: bool = True) -> pl.DataFrame:
    """Every text column with each personal identity number as birth date and four stars.

    Args:
        frame: any frame; columns that are not text are left alone.
        checked: mask only numbers whose check digit is right, so that an invoice number that looks
            like a date is left readable. Without it everything with the look is masked: for raw
            rows in quarantine, where a mistyped number is a likely reason for being there.
    """
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    if not checked:
        return frame.with_columns(
            pl.col(name).str.replace_all(_NUMBER, f"${{1}}{_STARS}") for name in texts
        )
    return frame.with_columns(_with_checked_masked(frame.get_column(name)) for name in texts)


def text_without_personal_numbers(text: str) -> str:
    """One text, as ``without_personal_numbers`` has it."""
    return texts_without_personal_numbers([text])[text]


def texts_without_personal_numbers(texts: Iterable[str]) -> dict[str, str]:
    """Each text with what is shown of it, as ``without_personal_numbers`` has it."""
    frame = pl.DataFrame({"text": sorted(set(texts))}, schema={"text": pl.String})
    shown = without_personal_numbers(frame).get_column("text")
    return dict(zip(frame.get_column("text").to_list(), shown.to_list(), strict=True))


def _with_checked_masked(texts: pl.Series) -> pl.Series:
    alike = texts.filter(texts.str.contains(_NUMBER))
    if alike.is_empty():  # most columns: nothing in them is as long as a number
        return texts
    written = (
        alike.str.extract_all(_NUMBER).explode().drop_nulls().unique().sort().to_frame("written")
    )
    digits = pl.col("written").str.replace_all(r"[^0-9]", "").str.tail(10)
    numbers = (
        written.with_columns(digits=digits)
        .filter(_check_digit_is_right(pl.col("digits")))
        .with_columns(shown=pl.concat_str(pl.col("digits").str.head(6), pl.lit(_STARS)))
        .sort(pl.col("written").str.len_chars(), "written", descending=[True, False])
    )
    if numbers.is_empty():
        return texts
    return texts.str.replace_many(
        numbers.get_column("written").to_list(), numbers.get_column("shown").to_list()
    )


def _check_digit_is_right(digits: pl.Expr) -> pl.Expr:
    """The Luhn sum of ten digits is a multiple of ten."""
    doubled = [
        digits.str.slice(place, 1).cast(pl.Int64) * (2 if place % 2 == 0 else 1)
        for place in range(10)
    ]
    return pl.sum_horizontal(each // 10 + each % 10 for each in doubled) % 10 == 0

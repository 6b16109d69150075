"""Cells that a spreadsheet would run as a formula are made plain text.

Names and descriptions come from outside. A cell that begins with an equals sign or its like, or
with a control character that hides one, gets a leading apostrophe, in csv and xlsx alike: people
save the one as the other.
"""

import polars as pl

#: The start of a cell that some spreadsheet reads as a formula: ``= + - @`` in plain and full-width
#: forms and the true minus sign, also behind blanks and invisible marks; or a tab or a line break.
_FORMULA = (
    r"^(?:[\t\r\n]"
    r"|[\s\u{00ad}\u{200b}-\u{200f}\u{2060}\u{feff}]*"
    r"[=+\-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}\u{2212}\u{fe62}\u{fe63}\u{fe66}\u{fe6b}])"
)


def safe_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with every text that would be a formula behind an apostrophe.

    Numbers and dates stay numbers and dates, also negative ones.
    """
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(_FORMULA))
        .then(pl.concat_str(pl.lit("'"), pl.col(name)))
        .otherwise(pl.col(name))
        .alias(name)
        for name, dtype in frame.schema.items()
        if dtype == pl.String
    )

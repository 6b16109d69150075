"""Whether a ledger's ``leverantor_id`` is an organisationsnummer or the buyer's own number.

Publishers differ, and one number alone cannot tell: one in ten numbers of ten digits passes the
check by chance. So the file decides, by the share of right check digits among the distinct
numbers that have the form of an organisationsnummer, and then each value is read for itself.
"""

from collections.abc import Iterator
from threading import Lock

import polars as pl

from screening.identity_numbers import could_be_person_expr, looks_like_orgnr_expr, orgnrs
from screening.sources.text_table import TextChunk, TextTable

#: Far above what chance gives (0.1) and far below what real numbers give.
_SHARE_THAT_DECIDES = 0.5
#: So many distinct numbers are enough to decide by; with fewer the whole file is asked.
_ENOUGH = 50


class SupplierIds:
    """The reading of one file's ``leverantor_id`` column, decided when first needed."""

    def __init__(self, table: TextTable, header: str | None) -> None:
        self._table = table
        self._header = header
        self._are_orgnrs: bool | None = None
        self._deciding = Lock()

    def told_apart(self, texts: pl.DataFrame) -> pl.DataFrame:
        """``orgnr`` and ``supplier_no`` in place of ``supplier_id``.

        Columns of these names that the file has itself come first.
        """
        ids = texts["supplier_id"]
        distinct = ids.unique()
        with_form = _with_form(distinct)
        if not with_form.any() or not self._decided(distinct.filter(with_form)):
            found = ids.to_frame("supplier_no").with_columns(orgnr=pl.lit(None, dtype=pl.String))
        else:
            right = orgnrs(distinct.set(~with_form, None)).values
            read = pl.DataFrame({"id": distinct, "orgnr": right}).with_columns(
                supplier_no=pl.when(
                    pl.col("orgnr").is_null() & ~could_be_person_expr(pl.col("id"))
                ).then("id"),
            )
            found = ids.to_frame("id").join(
                read, on="id", how="left", nulls_equal=True, maintain_order="left"
            )
        return texts.drop("supplier_id").with_columns(
            pl.coalesce([*([pl.col(name)] if name in texts.columns else []), found[name]]).alias(
                name
            )
            for name in ("orgnr", "supplier_no")
        )

    def _decided(self, with_form: pl.Series) -> bool:
        with self._deciding:
            if self._are_orgnrs is None:
                if self._table.reopen is not None and self._header:
                    # From the start of the file, whichever part of it asks first.
                    with_form = self._over_file(self._table.reopen(), self._header)
                right = orgnrs(with_form).values
                share = 1 - right.null_count() / max(right.len(), 1)
                self._are_orgnrs = share >= _SHARE_THAT_DECIDES
            return self._are_orgnrs

    @staticmethod
    def _over_file(chunks: Iterator[TextChunk], header: str) -> pl.Series:
        """Distinct numbers with the form of an organisationsnummer, until there are enough."""
        found = pl.Series(header, [], dtype=pl.String)
        for chunk in chunks:
            ids = chunk.frame[header].str.strip_chars().unique()
            found = pl.concat([found, ids.filter(_with_form(ids))])
            found = found.unique()
            if found.len() >= _ENOUGH:
                break
        return found


def _with_form(ids: pl.Series) -> pl.Series:
    return pl.select(looks_like_orgnr_expr(pl.lit(ids)).fill_null(value=False)).to_series()

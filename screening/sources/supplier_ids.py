"""Whether a ledger's ``leverantor_id`` is an organisationsnummer or the buyer's own number.

Publishers differ, and one number alone cannot tell: one in ten numbers of ten digits passes the
check by chance. So the file decides, by the share of right check digits among the distinct
numbers that have the form of an organisationsnummer, and then each value is read for itself.
"""

from collections.abc import Iterator

import polars as pl

from screening.identity_numbers import orgnrs
from screening.parsed import by_distinct
from screening.sources.text_table import TextChunk, TextTable

#: Far above what chance gives (0.1) and far below what real numbers give.
_SHARE_THAT_DECIDES = 0.5
#: So many distinct numbers are enough to decide by; with fewer the whole file is asked.
_ENOUGH = 50
_HAS_FORM = r"^(?:0007:|SE)?(?:16|18|19|20)?[0-9]{6}[- +]?[0-9]{4}(?:01)?$"
#: Such a text could be a person's number with a slip in it; it is not kept as a supplier number.
_LIKE_A_PERSON = r"^(?:18|19|20)?[0-9]{2}[01][0-9][0-9]{2}[- +]?[0-9]{4}$"


class SupplierIds:
    """The reading of one file's ``leverantor_id`` column, decided when first needed."""

    def __init__(self, table: TextTable, header: str | None) -> None:
        self._table = table
        self._header = header
        self._are_orgnrs: bool | None = None

    def told_apart(self, texts: pl.DataFrame) -> pl.DataFrame:
        """``orgnr`` and ``supplier_no`` in place of ``supplier_id``.

        Columns of these names that the file has itself come first.
        """
        ids = texts["supplier_id"]
        with_form = ids.str.contains(_HAS_FORM).fill_null(False)
        if not with_form.any() or not self._decided(ids.filter(with_form)):
            found = ids.to_frame("supplier_no").with_columns(orgnr=pl.lit(None, dtype=pl.String))
        else:
            right = by_distinct(orgnrs, ids.set(~with_form, None)).values
            found = pl.DataFrame({"id": ids, "orgnr": right}).select(
                "orgnr",
                supplier_no=pl.when(
                    pl.col("orgnr").is_null() & ~pl.col("id").str.contains(_LIKE_A_PERSON)
                ).then("id"),
            )
        return texts.drop("supplier_id").with_columns(
            pl.coalesce([*([pl.col(name)] if name in texts.columns else []), found[name]]).alias(
                name
            )
            for name in ("orgnr", "supplier_no")
        )

    def _decided(self, with_form: pl.Series) -> bool:
        if self._are_orgnrs is None:
            distinct = with_form.unique()
            if distinct.len() < _ENOUGH and self._table.reopen is not None and self._header:
                distinct = self._over_file(self._table.reopen(), self._header)
            right = orgnrs(distinct).values
            share = 1 - right.null_count() / max(right.len(), 1)
            self._are_orgnrs = share >= _SHARE_THAT_DECIDES
        return self._are_orgnrs

    @staticmethod
    def _over_file(chunks: Iterator[TextChunk], header: str) -> pl.Series:
        """Distinct numbers with the form of an organisationsnummer, until there are enough."""
        found = pl.Series(header, [], dtype=pl.String)
        for chunk in chunks:
            ids = chunk.frame[header].str.strip_chars().unique()
            found = pl.concat([found, ids.filter(ids.str.contains(_HAS_FORM).fill_null(False))])
            found = found.unique()
            if found.len() >= _ENOUGH:
                break
        return found

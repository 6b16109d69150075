"""A made demo, and how the tests read its files."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from screening.demo.inbox import DemoSummary

AS_OF = date(2026, 11, 20)
SUPPLIERS, LINES, SEED = 600, 25_000, 7


@dataclass(frozen=True)
class Demo:
    """A made demo: its summary, and its files by source."""

    summary: DemoSummary

    @property
    def inbox(self) -> Path:
        return self.summary.inbox

    def file(self, source: str, part: str = "") -> Path:
        """The newest file of a source whose name has ``part`` in it."""
        return max(path for path in (self.inbox / source).rglob("*") if part in path.name)

    def table(self, source: str, part: str = "") -> pl.DataFrame:
        """A canonical CSV, all text."""
        return pl.read_csv(self.file(source, part), infer_schema=False)

    @property
    def permits(self) -> pl.DataFrame:
        raw = self.file("permits").read_bytes().decode("cp1252").encode()
        frame = pl.read_csv(raw, separator=";", infer_schema=False)
        return frame.with_columns(orgnr=pl.col("Organisationsnummer").str.replace("-", ""))

    @property
    def contracts(self) -> pl.DataFrame:
        return pl.read_excel(self.file("contracts"))

    @property
    def ledger(self) -> pl.DataFrame:
        """Every line of the ledger, with ``ore`` and ``day``."""
        files = sorted((self.inbox / "invoices" / "reskontra").glob("*.csv"))
        lines = pl.concat([pl.read_csv(path, separator=";", infer_schema=False) for path in files])
        return lines.with_columns(
            ore=pl.col("nettobelopp").str.replace(",", "").cast(pl.Int64),
            day=pl.col("bokforingsdatum").str.to_date(),
        )

    @property
    def supplier_numbers(self) -> set[str]:
        """Numbers in the supplier register in ten figures, however they are written there."""
        written = self.table("suppliers").get_column("orgnr").drop_nulls()
        figures = written.str.replace_all(r"\D", "")
        is_vat = written.str.starts_with("SE")
        return {*figures.filter(is_vat).str.head(10), *figures.filter(~is_vat).str.tail(10)}

    @property
    def labels(self) -> pl.DataFrame:
        return pl.read_csv(self.summary.labels, infer_schema=False)

    def labelled(self, scheme: str) -> pl.DataFrame:
        return self.labels.filter(pl.col("scheme") == scheme)

    def orgnrs(self, scheme: str) -> list[str]:
        return self.labelled(scheme).get_column("orgnr").drop_nulls().to_list()

    def numbers(self, scheme: str) -> list[str]:
        return self.labelled(scheme).get_column("supplier_no").to_list()

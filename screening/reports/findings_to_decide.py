"""The findings of the newest list, as a person decides about them: found by rule and supplier."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from rapidfuzz import process

from screening.cases.finding_decisions import OnFinding
from screening.identity_numbers import mask_within, orgnr
from screening.messages import Language, text
from screening.reports import written_numbers
from screening.reports.case_words import case_notes
from screening.reports.privacy import (
    masked_orgnr,
    text_without_personal_numbers,
    without_personal_numbers,
)
from screening.reports.readback import published_path
from screening.scoring.judgements import subject
from screening.warehouse.exchange import to_polars
from screening.warehouse.publishing import open_published


class NotToDecideError(LookupError):
    """There is nothing to decide about; ``sentence`` says why and what to give instead."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def sentence(self, language: Language) -> str:
        """What is wrong, for the person who asked."""
        return text(f"findings.{self.code}", language, **self.values)


@dataclass(frozen=True)
class NewestList:
    """The newest published list, as far as decisions need it.

    Attributes:
        as_of: its day.
        run_id: its run.
        week: its ISO week.
        findings: open findings, ``week.FINDING_SCHEMA``, with supplier_key, said_hash, rows, name.
        suppliers: supplier_id, orgnr, supplier_no, name, is_sole_trader, rank.
        rules: every rule of the run: its id.
    """

    as_of: date
    run_id: str
    week: str
    findings: pl.DataFrame
    suppliers: pl.DataFrame
    rules: tuple[str, ...]

    def supplier(self, name: str) -> dict[str, Any]:
        """The supplier called ``name``: supplier_id, organisationsnummer or supplier number.

        Raises:
            NotToDecideError: there is none, or several.
        """
        wanted = name.strip()
        number = orgnr(wanted)
        ways = (
            pl.col("supplier_id") == wanted,
            pl.col("orgnr") == (number or ""),
            pl.col("supplier_no") == wanted,
        )
        for way in ways:
            found = self.suppliers.filter(way)
            if found.height == 1:
                return found.row(0, named=True)
        shown = mask_within(wanted)
        raise NotToDecideError("unknown_supplier", name=shown, week=self.week)

    def rule(self, name: str, numbers: Mapping[int, str]) -> str:
        """The id of the rule called ``name``: its id, or its number as in ``numbers``.

        Raises:
            NotToDecideError: there is none.
        """
        wanted = name.strip()
        by_number = numbers.get(int(wanted)) if wanted.isdecimal() else None
        rule = by_number or wanted
        if rule in self.rules:
            return rule
        nearest = process.extractOne(wanted, self.rules, score_cutoff=60)
        shown = mask_within(wanted)
        if nearest:
            raise NotToDecideError("unknown_rule_nearest", name=shown, nearest=nearest[0])
        raise NotToDecideError("unknown_rule", name=shown)

    def finding(
        self, rule: str, supplier: Mapping[str, Any], *, must_be_risk: bool = False
    ) -> OnFinding:
        """What a rule found about a supplier, to be decided about.

        Raises:
            NotToDecideError: it found nothing, could not be checked, or is no risk where it must.
        """
        found = self.findings.filter(
            (pl.col("rule_id") == rule) & (pl.col("supplier_id") == supplier["supplier_id"])
        )
        if found.is_empty():
            raise NotToDecideError(
                "not_found", rule=rule, name=shown_name(supplier), week=self.week
            )
        first = found.row(0, named=True)
        if first["supplier_key"] is None:
            raise NotToDecideError("older_list", week=self.week)
        if must_be_risk and first["kind"] != "risk":
            raise NotToDecideError("not_risk", rule=rule)
        # Decisions are kept for longer than lists; a sole trader's name is a person's.
        name = None if supplier["is_sole_trader"] else supplier["name"]
        return OnFinding(
            supplier_key=first["supplier_key"],
            rule_id=rule,
            rule_version=first["rule_version"],
            severity=first["severity_by_rule"] or first["severity"],
            subject=found.select(subject()).item() or "",
            amount_sek=found.select(pl.col("amount_sek").max()).item(),
            match_confidence=found.select(
                pl.col("match_confidence").fill_nan(None).fill_null(1.0).max()
            ).item(),
            said_hash=first["said_hash"],
            rows=tuple(first["rows"]),
            shown={
                "run_id": self.run_id,
                "week": self.week,
                "name": name,
                "kind": first["kind"],
                "summary": {"sv": first["summary_sv"], "en": first["summary_en"]},
            },
        )

    def rows(self, supplier: Mapping[str, Any], language: Language) -> list[dict[str, Any]]:
        """The open findings about a supplier with what was decided, as they may be shown."""
        mine = self.findings.filter(pl.col("supplier_id") == supplier["supplier_id"])
        numbered = mine.with_row_index("finding")
        told = numbered.join(
            case_notes(numbered, language), on="finding", how="left", maintain_order="left"
        ).select(
            "rule_id",
            "kind",
            "severity",
            "points",
            "points_by_rule",
            "amount_sek",
            "first_seen",
            "case_status",
            "case_decision",
            "case_until",
            "case_note",
            summary=f"summary_{language}",
        )
        return without_personal_numbers(told).to_dicts()


def shown_name(supplier: Mapping[str, Any]) -> str:
    """A supplier's name as it may be shown."""
    return text_without_personal_numbers(supplier["name"] or supplier["supplier_id"])


def shown_number(supplier: Mapping[str, Any]) -> str:
    """A supplier's number as it may be shown."""
    frame = pl.DataFrame([{name: supplier[name] for name in ("orgnr", "is_sole_trader")}])
    number = frame.with_columns(pl.col("orgnr").cast(pl.String)).select(masked_orgnr()).item()
    if number:
        return written_numbers.orgnr(number)
    return text_without_personal_numbers(supplier["supplier_id"])


def newest_list(folder: Path) -> NewestList:
    """Read the newest published list of a state folder.

    Raises:
        NothingPublishedError: there is none.
        NotToDecideError: an older version of vaksam made it, and it says too little.
    """
    with open_published(published_path(folder)) as connection:
        ((as_of, run_id, week),) = connection.execute(
            "SELECT as_of, run_id, week FROM run"
        ).fetchall()
        try:
            findings = to_polars(
                connection.sql(
                    """
                    SELECT found.*, state.supplier_key, state.said_hash, state.rows
                    FROM findings AS found
                    LEFT JOIN finding_states AS state USING (supplier_id, rule_id)
                    WHERE found.still_open
                    ORDER BY found.supplier_id, found.points DESC, found.rule_id, found.subject_id
                    """
                )
            )
        except duckdb.CatalogException as error:
            raise NotToDecideError("older_list", week=week) from error
        suppliers = to_polars(
            connection.sql(
                """
                SELECT supplier_id, orgnr, supplier_no, name, is_sole_trader, rank FROM ranked
                UNION ALL
                SELECT supplier_id, orgnr, supplier_no, name, is_sole_trader, rank FROM unlisted
                """
            )
        )
        rules = connection.execute(
            "SELECT unnest(manifest::JSON->'$.rules[*].id')->>'$' AS id FROM run ORDER BY id"
        ).fetchall()
    return NewestList(as_of, run_id, week, findings, suppliers, tuple(each for (each,) in rules))

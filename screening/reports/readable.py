"""The week as readers outside the store may see it: masked, named, in one language.

Every file of a week is written from this and from nothing else, so there is one place where
personal identity numbers are taken out.
"""

from dataclasses import dataclass

import polars as pl

from screening.messages import Language, text
from screening.reports.case_words import case_notes, notes_by_supplier
from screening.reports.privacy import masked_orgnr, without_personal_numbers
from screening.scoring.evidence import EVIDENCE_SCHEMA, evidence_rows
from screening.scoring.policy import BANDS
from screening.scoring.rule_face import rule_texts
from screening.scoring.week import ScoredWeek, fitted
from screening.sources.contracts import all_contracts

_CONTROL = r"[\p{Cc}\u{2028}\u{2029}\u{202a}-\u{202e}\u{2066}-\u{2069}]+"
#: Excel's own limit is 32,767 characters.
_LONGEST_TEXT = 32_000


@dataclass(frozen=True)
class ReadableWeek:
    """A scored week in one language, without personal identity numbers.

    ``suppliers``: the columns of ``RANKED_SCHEMA`` with ``reasons`` and ``action`` in the language,
    and ``case_note``, what was decided about their findings; the list in order; ``unlisted`` the
    same for the rest. ``findings``: those of ``FINDING_SCHEMA`` with ``finding`` (row number),
    ``summary``, ``title``, ``action``, ``case_note``, ``rank`` and ``name``.
    ``evidence``: finding, source, file, row. ``left``: as in ``LEFT_SCHEMA``.
    """

    week: ScoredWeek
    language: Language
    suppliers: pl.DataFrame
    unlisted: pl.DataFrame
    findings: pl.DataFrame
    evidence: pl.DataFrame
    left: pl.DataFrame


def readable(week: ScoredWeek, evidence: pl.DataFrame, language: Language) -> ReadableWeek:
    """Mask, name and put into words.

    Args:
        week: from scoring, with whole identity numbers.
        evidence: ``EVIDENCE_SCHEMA``: what the references of the findings point to.
        language: of every text.
    """
    numbered = week.findings.with_row_index("finding").with_columns(
        pl.col("finding").cast(pl.Int64)
    )
    files = without_personal_numbers(fitted(evidence, EVIDENCE_SCHEMA))
    findings = _worded(numbered, week, language)
    # By whole ids: two masked ones could be alike.
    notes = notes_by_supplier(findings)
    return ReadableWeek(
        week=week,
        language=language,
        suppliers=_suppliers(week.ranked, notes, language),
        unlisted=_suppliers(week.unlisted, notes, language),
        findings=_one_line(without_personal_numbers(findings)),
        evidence=evidence_rows(numbered, files),
        left=_one_line(without_personal_numbers(week.left)),
    )


def band_name(band: str, language: Language) -> str:
    """A band's name for people: ``hög`` is a code, *high* is what an English reader sees."""
    return text(f"scoring.band_{('high', 'elevated', 'low')[BANDS.index(band)]}", language)


def area_name(area: str, language: Language) -> str:
    return text(f"scoring.area_{area}", language)


def source_title(source: str, language: Language) -> str:
    """What a source is called; one that has no contract is called what its folder is."""
    contract = all_contracts().get(source)
    return contract.title[language] if contract else source


def _suppliers(frame: pl.DataFrame, notes: pl.DataFrame, language: Language) -> pl.DataFrame:
    shown = (
        frame.join(notes, on="supplier_id", how="left", maintain_order="left")
        .with_columns(
            orgnr=masked_orgnr(),
            reasons=pl.col(f"reasons_{language}"),
            action=pl.col(f"action_{language}"),
        )
        .drop("reasons_sv", "reasons_en", "action_sv", "action_en")
    )
    return _one_line(without_personal_numbers(shown))


def _worded(numbered: pl.DataFrame, week: ScoredWeek, language: Language) -> pl.DataFrame:
    """Findings with their words, nothing masked yet."""
    names = pl.concat(
        [frame.select("supplier_id", "rank", "name") for frame in (week.ranked, week.unlisted)]
    )
    notes = case_notes(numbered, language)
    return (
        numbered.drop("evidence", "detail")
        .join(rule_texts(week.rules), on="rule_id", how="left", maintain_order="left")
        .join(names, on="supplier_id", how="left", maintain_order="left")
        .join(notes, on="finding", how="left", maintain_order="left")
        .with_columns(
            title=pl.coalesce(f"title_{language}", "rule_id"),
            action=pl.col(f"action_{language}"),
        )
        .with_columns(summary=pl.coalesce(f"summary_{language}", "title"))
        .drop("title_sv", "title_en", "action_sv", "action_en", "summary_sv", "summary_en")
    )


def _one_line(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts without line breaks and other control characters: a row stays a row when grepped.

    Marks that turn the direction of writing go too: they could make one name look like another.
    Nor is a text longer than a spreadsheet's cell takes.
    """
    return frame.with_columns(
        pl.col(name).str.replace_all(_CONTROL, " ").str.head(_LONGEST_TEXT)
        for name, dtype in frame.schema.items()
        if dtype == pl.String
    )

"""What a change of rules would do, before it goes live: run on the same day and data, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from screening.messages import Language, text
from screening.reports import written_numbers
from screening.reports.critical_judged import judging_by
from screening.reports.finding_states import finding_states
from screening.reports.privacy import masked_orgnr, text_without_personal_numbers
from screening.reports.readable import band_name
from screening.reports.resolved_state import resolved_state
from screening.rules.loading import RuleSet, load_rules, overlaid
from screening.rules.stage import BuiltViews, built_views
from screening.scoring import Policy, rank, read_policy
from screening.scoring.comparing import MOVES, Comparison, Outcome, compare
from screening.scoring.judgements import Judgements, no_decisions
from screening.warehouse.connection import open_warehouse
from screening.warehouse.state import State

_POLICY = "policy.yaml"


@dataclass(frozen=True)
class ComparedRules:
    """A comparison with what its readers need: the day, and the titles of the rules.

    ``is_patch``: the new rules were laid over the old ones. ``failed``: files that no rule is in.
    """

    as_of: date
    comparison: Comparison
    titles: dict[str, dict[Language, str]]
    failed: tuple[str, ...]
    is_patch: bool

    def answer(self, language: Language) -> str:
        """The first line: who would come, go and move."""
        made = self.comparison
        if made.moved.is_empty():
            return text("compare.nobody", language, listed=made.listed_after)
        counts = {move: made.count(move) for move in MOVES}
        listed = {"before": made.listed_before, "after": made.listed_after}
        return text("compare.answer", language, **counts, **listed)

    def rule_rows(self, language: Language) -> list[dict[str, Any]]:
        """The rules that are not the same, or do not find the same."""
        return [
            row | {"title": self.titles[row["rule_id"]][language]}
            for row in self.comparison.rules.iter_rows(named=True)
            if row["change"] != "same"
            or row["gained"]
            or row["lost"]
            or row["changed"]
            or row["not_checked_before"] != row["not_checked_after"]
        ]

    def supplier_rows(self, language: Language) -> list[dict[str, Any]]:
        """The suppliers that move, as they may be shown: names and numbers of persons masked."""
        shown = self.comparison.moved.with_columns(shown_orgnr=masked_orgnr())
        return [
            {
                "move": row["move"],
                "supplier_id": text_without_personal_numbers(row["supplier_id"]),
                "orgnr": row["shown_orgnr"],
                "name": text_without_personal_numbers(row["name"] or row["supplier_id"]),
                "band_before": row["band_before"],
                "band_after": row["band_after"],
                "points_before": row["points_before"],
                "points_after": row["points_after"],
                "rank_before": row["rank_before"],
                "rank_after": row["rank_after"],
                "spend_12m": written_numbers.sek(row["spend_12m_sek"], language),
                "gained": row["gained"],
                "lost": row["lost"],
                "changed": row["changed"],
            }
            for row in shown.iter_rows(named=True)
        ]

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        made = self.comparison
        return {
            "as_of": self.as_of.isoformat(),
            "listed_before": made.listed_before,
            "listed_after": made.listed_after,
            **{move: made.count(move) for move in MOVES},
            "suppliers": self.supplier_rows("sv"),
            "rules": made.rules.to_dicts(),
            "failed": list(self.failed),
        }


def band_words(band: str | None, language: Language) -> str:
    """A band for people; a dash for who is not on the list."""
    return band_name(band, language) if band else "–"


def compare_rules(
    folder: Path,
    before: Sequence[Path],
    after: Sequence[Path],
    *,
    is_patch: bool = False,
    decisions: pl.DataFrame | None = None,
) -> ComparedRules:
    """Run two rule sets on what the last run knew. Nothing is published.

    What people decided about findings counts for both, as it would in the weekly list: a rule that
    comes to say something else brings back what was put aside.

    Args:
        folder: state folder.
        before: folders of the rules as they are.
        after: folders of the rules as they would be. A ``policy.yaml`` there counts for them.
        is_patch: the files in ``after`` take the place of the rules with the same id, and all other
            rules stay. Without it ``after`` is the whole set.
        decisions: ``scoring.judgements.DECISIONS``; by default nobody decided anything.

    Raises:
        NothingPublishedError: nothing was resolved in this state folder yet.
        StateBusyError: a run is under way.
        pydantic.ValidationError: a policy breaks a promise.
    """
    as_it_is = load_rules(before)
    as_it_would_be = load_rules(after)
    if is_patch:
        as_it_would_be = overlaid(as_it_is, as_it_would_be)
    together = (*as_it_is.rules, *as_it_would_be.rules)
    with (
        resolved_state(folder) as (state, day),
        built_views(state, day, "compared", together) as views,
    ):
        known = no_decisions() if decisions is None else decisions
        outcomes = [
            _outcome(state, views, rules, _policy_of(folders), day, known)
            for rules, folders in ((as_it_is, before), (as_it_would_be, after))
        ]
    return ComparedRules(
        as_of=day,
        comparison=compare(*outcomes),
        titles=_titles(as_it_is, as_it_would_be),
        failed=tuple(f"{failed.id}: {failed.reason}" for failed in as_it_would_be.failed),
        is_patch=is_patch,
    )


def _policy_of(folders: Sequence[Path]) -> Policy:
    own = [folder / _POLICY for folder in folders if (folder / _POLICY).is_file()]
    return read_policy(own[-1]) if own else read_policy()


def _outcome(
    state: State,
    views: BuiltViews,
    rules: RuleSet,
    policy: Policy,
    as_of: date,
    decisions: pl.DataFrame,
) -> Outcome:
    screened = views.screened(rules, judging_by(state, decisions, as_of))
    judgements = Judgements()
    if decisions.height:
        with open_warehouse(state, read_only=True) as connection:
            judgements = Judgements(decisions, finding_states(connection, screened.result.findings))
    week = rank(
        screened.suppliers,
        screened.result.findings,
        screened.result.outcomes,
        rules=rules.rules,
        policy=policy,
        previous=None,
        as_of=as_of,
        judgements=judgements,
    )
    return Outcome(screened, week)


def _titles(*sets: RuleSet) -> dict[str, dict[Language, str]]:
    titles: dict[str, dict[Language, str]] = {}
    for ruleset in sets:
        titles |= {failed.id: {"sv": failed.id, "en": failed.id} for failed in ruleset.failed}
        titles |= {rule.id: {"sv": rule.title.sv, "en": rule.title.en} for rule in ruleset.rules}
    return titles

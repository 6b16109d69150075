"""``vaksam rules policy``, and what ``evaluate --propose-weights`` shows."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening import terminal
from screening.commands.options import AsJson, Lang, Language, Rules, rule_folders
from screening.commands.telling import told_plainly
from screening.messages import text
from screening.scoring.policy import SEVERITIES, Policy, read_policy

if TYPE_CHECKING:
    from screening.rules.model import Rule
    from screening.scoring.weights import Proposal

#: Rules that are shown as those that were right least often.
_SHOWN_RULES = 10


def policy(rules: Rules = None, lang: Lang = "sv", json: AsJson = False) -> None:
    """Show how findings become points, a band and a place: the scoring policy, in words.

    Exit code 1 if the file cannot be used.

    Example: vaksam rules policy --lang en
    """
    from screening.rules.loading import load_rules

    folders = rule_folders(rules)
    with told_plainly(lang):
        file, known = used_policy(folders)
    library = load_rules(folders).rules
    if json:
        terminal.say_json(_as_json(known, file))
    else:
        _show(known, file, library, lang)


def used_policy(folders: Sequence[Path]) -> tuple[Path, Policy]:
    """The policy that counts with these rule folders, and its file: the last one among them.

    Raises:
        PolicyFileError: it cannot be used.
    """
    from screening.places import RULES_DIR

    files = [folder / "policy.yaml" for folder in folders if (folder / "policy.yaml").is_file()]
    file = files[-1] if files else RULES_DIR / "policy.yaml"
    return file, read_policy(file)


def _as_json(known: Policy, file: Path) -> dict[str, Any]:
    return {"file": file.as_posix(), "hash": known.content_hash} | known.model_dump(mode="json")


def _show(known: Policy, file: Path, rules: Iterable["Rule"], lang: Language) -> None:
    def told(key: str, **values: object) -> None:
        terminal.say(text(f"policy.{key}", lang, **values))

    def headed(*keys: str) -> list[str]:
        return [text(f"policy.{key}", lang) for key in keys]

    risk = [rule for rule in rules if rule.kind == "risk"]
    told("title")
    told("which", version=known.version, hash=known.content_hash[:12], file=file)
    terminal.say("")
    told("points_told")
    terminal.show_table(
        headed("severity", "points", "rules"),
        [
            (
                text(f"scoring.severity_{severity}", lang),
                known.points[severity],
                _weighed(risk, severity, lang),
            )
            for severity in SEVERITIES
        ],
        headed("points"),
    )
    terminal.say("")
    told("caps_told")
    terminal.show_table(
        headed("area", "cap", "rules"),
        [
            (text(f"scoring.area_{area}", lang), cap, sum(rule.area == area for rule in risk))
            for area, cap in known.area_caps.items()
        ],
        headed("cap", "rules"),
    )
    terminal.say("")
    high, elevated, money = known.bands.high, known.bands.elevated, known.priority.money
    told("score_told", half_at=known.score.half_at)
    told(
        "band_high",
        confidence=f"{100 * high.critical_confidence:g}",
        areas=high.high_areas,
        points=high.points,
    )
    told(
        "band_elevated",
        high=elevated.high_areas,
        medium=elevated.medium_areas,
        points=elevated.points,
    )
    factors = known.priority.criticality.values()
    told(
        "priority_told",
        lowest=_factor(money.lowest, lang),
        highest=_factor(money.highest, lang),
        from_sek=f"{money.from_sek:,}".replace(",", "\u2009"),
        to_sek=f"{money.to_sek:,}".replace(",", "\u2009"),
        least=_factor(min(factors), lang),
        most=_factor(max(factors), lang),
    )
    told(
        "casework_told",
        rows=f"{100 * known.casework.rows_share:g}",
        amount=f"{100 * known.casework.amount_share:g}",
        days=known.casework.longest_snooze_days,
    )


def _weighed(risk: Sequence["Rule"], severity: str, lang: Language) -> str:
    """How many rules have the severity, and which of them weigh something else."""
    of_it = [rule for rule in risk if rule.severity == severity]
    own = ", ".join(f"{rule.id} {rule.points}" for rule in of_it if rule.points is not None)
    told = f" ({text('policy.own_points', lang, rules=own)})" if own else ""
    return f"{len(of_it)}{told}"


def show_proposal(proposal: "Proposal", lang: Language) -> None:
    """Old beside new, what it rests on, and what it would change. First the answer."""
    from screening.scoring.weights import TOP

    def told(key: str, **values: object) -> None:
        terminal.say(text(f"policy.{key}", lang, **values))

    def table(keys: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        names = [text(f"policy.{key}", lang) for key in keys]
        terminal.show_table(names, list(rows), names[1:])
        terminal.say("")

    cleared = proposal.labelled - proposal.confirmed
    if not proposal.is_change:
        told("no_change")
    told("rests_on", labelled=proposal.labelled, confirmed=proposal.confirmed, cleared=cleared)
    if proposal.is_assumed_clear:
        told("assumed_clear")
    terminal.say("")
    told("weights_title")
    table(
        ("severity", "now", "proposed", "with_finding", "confirmed"),
        (
            (text(f"scoring.severity_{severity}", lang), *figures)
            for severity, *figures in proposal.points.iter_rows()
        ),
    )
    if proposal.top.is_empty():
        told("top_same", top=TOP)
    else:
        told("top_title", top=TOP)
        names = proposal.top.with_columns(name=proposal.top["name"].fill_null(_sole(lang)))
        table(
            ("supplier", "rank", "proposed", "points", "proposed"),
            ((f"{row[1]} {row[0]}", *row[2:]) for row in names.iter_rows()),
        )
    told("bands_title")
    table(("band", "now", "proposed"), proposal.bands.iter_rows())
    told("precision_title")
    table(
        ("first", "now", "proposed"),
        ((top, _share(now), _share(new)) for top, now, new in proposal.precision.iter_rows()),
    )
    told("rules_title")
    table(
        ("rule", "with_finding", "confirmed", "share"),
        (
            (rule, suppliers, confirmed, _share(share))
            for rule, _, suppliers, confirmed, share in proposal.rules.head(
                _SHOWN_RULES
            ).iter_rows()
        ),
    )
    told("nothing_written")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _factor(value: Decimal, lang: Language) -> str:
    return str(value).replace(".", ",") if lang == "sv" else str(value)


def _sole(lang: Language) -> str:
    return text("policy.sole_trader", lang)

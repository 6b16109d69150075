"""``vaksam network``: what ties a supplier to others, first the answer, then why, then the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from screening.identity.network.surroundings import Surroundings, surroundings
from screening.identity_numbers import is_personal_number, orgnr
from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.reports.network_labels import labelled_nodes
from screening.reports.privacy import text_without_personal_numbers, without_personal_numbers
from screening.reports.readback import NothingPublishedError
from screening.reports.source_rows import evidence_files
from screening.warehouse.connection import open_warehouse
from screening.warehouse.exchange import to_polars
from screening.warehouse.state import State

#: Owners and reasons told; the rest is counted.
MOST_OWNERS = 20
_MOST_REASONS = 12
#: Companies named in one reason, and source rows named in one line.
_MOST_NAMED = 4
_MOST_ROWS = 2


class UnknownSupplierError(ValueError):
    """What was asked for is no supplier, or may be several."""


@dataclass(frozen=True)
class Network:
    """What is shown of a supplier's surroundings, in words.

    Attributes:
        name: the supplier's.
        answer: one sentence.
        reasons: what is unusual, and what to know about its owners.
        remarks: what was left out.
        owners: dictionaries of owner, share, steps, way, evidence.
        nodes: id, kind, label, orgnr (null for persons' numbers), step, sharing, strength,
            is_unusual, is_supplier, is_staff, is_centre.
        ties: source, target (ids), kind, role, share_percent, from_date, to_date, is_current,
            strength, is_unusual, confidence, evidence (list of "file row n").
        steps: as asked.
    """

    name: str
    answer: str
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]
    owners: tuple[dict[str, Any], ...]
    nodes: tuple[dict[str, Any], ...]
    ties: tuple[dict[str, Any], ...]
    steps: int

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "supplier": self.name,
            "answer": self.answer,
            "steps": self.steps,
            "reasons": list(self.reasons),
            "remarks": list(self.remarks),
            "owners": list(self.owners),
            "nodes": list(self.nodes),
            "ties": list(self.ties),
        }


def network_of(
    folder: Path, asked: str, steps: int, language: Language, *, masked: bool = True
) -> Network:
    """The surroundings of one supplier, as the last run resolved them.

    Args:
        folder: the state folder.
        asked: organisationsnummer, supplier number or supplier_id.
        steps: how many companies away, 1 or more.
        language: of the texts.
        masked: without names of persons, and whole accounts and telephones.

    Raises:
        UnknownSupplierError: no supplier is that, or several are.
        NothingPublishedError: nothing was ever resolved in this state folder.
    """
    state = State(folder)
    if not state.warehouse.is_file():
        raise NothingPublishedError("network.not_resolved", folder)
    with open_warehouse(state, read_only=True) as connection:
        if not _is_made(connection):
            raise NothingPublishedError("network.not_resolved", folder)
        supplier = _find(connection, asked, language)
        around = surroundings(connection, supplier["node"], steps)
        nodes = labelled_nodes(connection, around, language, masked=masked)
        if masked:
            nodes = nodes.with_columns(
                without_personal_numbers(nodes.select("label")).get_column("label")
            )
        evidence = _evidence(connection, around)
        ended = _ended(connection, supplier["orgnr"])
    return _told(around, nodes, evidence, ended, steps, language)


def _is_made(connection: duckdb.DuckDBPyConnection) -> bool:
    ((made,),) = connection.execute(
        "SELECT count(*) FROM information_schema.tables "
        "WHERE table_schema = 'identity' AND table_name IN ('ties', 'ownership')"
    ).fetchall()
    return bool(made == 2)


def _find(connection: duckdb.DuckDBPyConnection, asked: str, language: Language) -> dict[str, Any]:
    wanted = asked.strip()
    found = to_polars(
        connection.sql(
            """
            SELECT DISTINCT supplier.supplier_id, supplier.orgnr, supplier.name,
                CASE WHEN supplier.orgnr IS NULL THEN 's:' || supplier.supplier_id
                    ELSE 'c:' || supplier.orgnr END AS node
            FROM identity.suppliers AS supplier
            LEFT JOIN identity.supplier_numbers AS number USING (supplier_id)
            WHERE supplier.supplier_id = $asked OR supplier.orgnr = $orgnr
                OR number.supplier_no = $asked OR supplier.supplier_no = $asked
            ORDER BY supplier.supplier_id
            """,
            params={"asked": wanted, "orgnr": orgnr(wanted)},
        )
    )
    shown = text_without_personal_numbers(wanted)
    if found.is_empty():
        raise UnknownSupplierError(text("network.unknown_supplier", language, asked=shown))
    if found.height > 1:
        ids = ", ".join(found["supplier_id"].head(10))
        raise UnknownSupplierError(
            text("network.several_suppliers", language, asked=shown, found=ids)
        )
    return found.row(0, named=True)


def _evidence(connection: duckdb.DuckDBPyConnection, around: Surroundings) -> pl.DataFrame:
    """Where each tie's and owner's rows lie: ref, file, row_no."""
    refs = pl.concat([around.ties["ref"], around.owners["refs"].explode()]).unique()
    return evidence_files(connection, pl.DataFrame({"evidence": [refs.drop_nulls().to_list()]}))


def _ended(connection: duckdb.DuckDBPyConnection, number: str | None) -> dict[str, Any] | None:
    rows = to_polars(
        connection.sql(
            "SELECT ended.*, groups.group_id, groups.group_companies FROM identity.ownership AS "
            "ended LEFT JOIN identity.groups AS groups USING (orgnr) WHERE ended.orgnr = $orgnr",
            params={"orgnr": number},
        )
    )
    return rows.row(0, named=True) if rows.height else None


def _rows(refs: Sequence[int], places: dict[int, str], language: Language) -> list[str]:
    known = [places[ref] for ref in sorted(set(refs)) if ref in places]
    if len(known) > _MOST_ROWS:
        more = text("network.evidence_more", language, count=len(known) - _MOST_ROWS)
        return [*known[:_MOST_ROWS], more]
    return known


def _told(
    around: Surroundings,
    nodes: pl.DataFrame,
    evidence: pl.DataFrame,
    ended: dict[str, Any] | None,
    steps: int,
    language: Language,
) -> Network:
    labels = dict(nodes.select("node", "label").iter_rows())
    name = labels[around.centre]
    places = {
        row["ref"]: text("network.row", language, file=row["file"], row=row["row_no"])
        for row in evidence.to_dicts()
    }
    unusual = around.shared.filter("is_unusual")
    companies = nodes.filter(
        pl.col("kind").is_in(["company", "other_owner"]), pl.col("node") != around.centre
    ).height
    answer = text(
        "network.answer" if companies else "network.answer_none",
        language,
        name=name,
        companies=companies + around.more_companies,
        steps=steps,
        unusual=unusual["via"].n_unique(),
    )
    reasons = _shared_reasons(unusual, labels, language)
    reasons += _owner_reasons(ended, labels, language)
    reasons += _crowds(nodes, around, language)
    return Network(
        name=name,
        answer=answer,
        reasons=tuple(reasons) or (text("network.nothing_unusual", language),),
        remarks=tuple(_remarks(around, language)),
        owners=tuple(_owner(row, labels, places, language) for row in _owner_rows(around)),
        nodes=tuple(_node(row, around.centre) for row in nodes.to_dicts()),
        ties=tuple(_tie_rows(around, nodes, places, language)),
        steps=steps,
    )


def _shared_reasons(unusual: pl.DataFrame, labels: dict[str, str], language: Language) -> list[str]:
    """One sentence for each thing that is shared unusually, the strongest first."""
    grouped = (
        unusual.with_columns(other=pl.col("other_node").replace_strict(labels, default=None))
        .group_by("via", "via_kind", "sharing", "strength", maintain_order=True)
        .agg(
            pl.col("is_current").any(),
            others=pl.col("other").drop_nulls().unique(maintain_order=True),
        )
        .head(_MOST_REASONS)
    )
    reasons = []
    for row in grouped.to_dicts():
        named, more = row["others"][:_MOST_NAMED], len(row["others"]) - _MOST_NAMED
        if more > 0:
            named = [*named, text("network.evidence_more", language, count=more)]
        reasons.append(
            text(
                "network.reason_shared" if row["is_current"] else "network.reason_shared_before",
                language,
                what=text(f"network.what_{row['via_kind']}", language),
                via=labels.get(row["via"], "–"),
                others=", ".join(named) or "–",
                sharing=row["sharing"],
                strength=written.number(row["strength"], language, 2),
            )
        )
    return reasons


def _owner_reasons(
    ended: dict[str, Any] | None, labels: dict[str, str], language: Language
) -> list[str]:
    if ended is None:
        return []
    reasons = []
    if ended["is_on_loop"]:
        reasons.append(text("network.reason_loop", language, companies=ended["loop_companies"]))
    for column, key in (
        ("told_percent", "over"), ("own_percent", "own"), ("nowhere_percent", "nowhere"),
    ):  # fmt: skip
        if ended[column]:
            percent = written.number(ended[column], language, 1)
            reasons.append(text(f"network.reason_{key}", language, percent=percent))
    if ended["is_cut"]:
        reasons.append(text("network.reason_cut", language))
    if (ended["group_companies"] or 0) > 1:
        top = labels.get(ended["group_id"], "–")
        reasons.append(
            text("network.reason_group", language, companies=ended["group_companies"], top=top)
        )
    return reasons


def _crowds(nodes: pl.DataFrame, around: Surroundings, language: Language) -> list[str]:
    mine = around.ties.filter(pl.col("from_node") == around.centre, pl.col("is_current"))
    crowded = nodes.filter(
        pl.col("is_crowded").fill_null(value=False), pl.col("node").is_in(mine["to_node"].implode())
    )
    return [
        text(
            "network.reason_crowded",
            language,
            companies=written.number(row["current_companies"], language),
            place=row["label"],
        )
        for row in crowded.to_dicts()
    ]


def _remarks(around: Surroundings, language: Language) -> list[str]:
    remarks = []
    if around.more_companies:
        remarks.append(text("network.more_companies", language, count=around.more_companies))
    if around.owners.height > MOST_OWNERS:
        more = around.owners.height - MOST_OWNERS
        remarks.append(text("network.more_owners", language, count=more))
    if around.owners.is_empty():
        remarks.append(text("network.no_owners_known", language))
    return remarks


def _owner_rows(around: Surroundings) -> list[dict[str, Any]]:
    return around.owners.head(MOST_OWNERS).to_dicts()


def _owner(
    row: dict[str, Any], labels: dict[str, str], places: dict[int, str], language: Language
) -> dict[str, Any]:
    way = [labels.get(node, "…") for node in row["path"] or []]
    return {
        "owner": labels.get(row["owner_node"], "–"),
        "kind": row["owner_kind"],
        "share": share_in_words(row["share_percent"], row["share_max_percent"], language),
        "share_percent": row["share_percent"],
        "share_max_percent": row["share_max_percent"],
        "steps": row["steps"],
        "is_ultimate": row["is_ultimate"],
        "is_told": row["is_told"],
        "way": way,
        "evidence": _rows(row["refs"] or [], places, language),
    }


def share_in_words(least: float | None, most: float | None, language: Language) -> str:
    """A share as it is known: exactly, between two values, or at most."""
    shown = {
        "least": written.number(least or 0.0, language, 1),
        "most": written.number(100.0 if most is None else most, language, 1),
    }
    if least is None:
        return text("network.share_at_most", language, **shown)
    key = "exact" if shown["least"] == shown["most"] else "range"
    return text(f"network.share_{key}", language, **shown)


def _node(row: dict[str, Any], centre: str) -> dict[str, Any]:
    number = row["orgnr"]
    return {
        "id": row["id"],
        "kind": row["kind"],
        "label": row["label"],
        "orgnr": None if number is None or is_personal_number(number) else number,
        "step": row["step"],
        "sharing": (row["companies"] or 0) + (row["persons"] or 0) or None,
        "strength": row["strength"],
        "is_unusual": bool(row["is_unusual"]),
        "is_supplier": row["is_supplier"],
        "is_staff": row["is_staff"],
        "is_centre": row["node"] == centre,
    }


def _tie_rows(
    around: Surroundings, nodes: pl.DataFrame, places: dict[int, str], language: Language
) -> list[dict[str, Any]]:
    """Ties, the rows that say the same put together; current and strong ones first."""
    ids = nodes.select("node", "id", "is_unusual")
    share = pl.coalesce("share_percent", "share_min_percent")
    told = (
        around.ties.group_by("from_node", "to_node", "kind", maintain_order=True)
        .agg(
            pl.col("role").drop_nulls().unique().sort(),
            share_percent=share.max(),
            from_date=pl.when(pl.col("from_date").is_not_null().all()).then(
                pl.col("from_date").min()
            ).first(),
            to_date=pl.when(pl.col("to_date").is_not_null().all()).then(
                pl.col("to_date").max()
            ).first(),
            is_current=pl.col("is_current").any(),
            confidence=pl.col("confidence").max(),
            strength=pl.col("strength").max(),
            refs=pl.col("ref").unique().sort(),
        )
        .join(ids.rename({"node": "from_node", "id": "source", "is_unusual": "a"}), on="from_node")
        .join(ids.rename({"node": "to_node", "id": "target", "is_unusual": "b"}), on="to_node")
        .with_columns(
            is_unusual=pl.col("a").fill_null(value=False) | pl.col("b").fill_null(value=False),
            nearest=pl.min_horizontal(
                pl.col("source").str.slice(1).cast(pl.Int64),
                pl.col("target").str.slice(1).cast(pl.Int64),
            ),
        )
        .sort(
            "nearest", "is_unusual", "is_current", "strength", "kind", "source", "target",
            descending=[False, True, True, True, False, False, False],
            nulls_last=True,
        )
    )  # fmt: skip
    return [
        {
            "source": row["source"],
            "target": row["target"],
            "kind": row["kind"],
            "role": [each for each in row["role"] if row["kind"] == "officer"],
            "share_percent": row["share_percent"],
            "from_date": row["from_date"],
            "to_date": row["to_date"],
            "is_current": row["is_current"],
            "strength": row["strength"],
            "is_unusual": row["is_unusual"],
            "confidence": row["confidence"],
            "evidence": _rows(row["refs"], places, language),
        }
        for row in told.to_dicts()
    ]

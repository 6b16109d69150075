"""``vaksam network``: what ties a supplier to others, first the answer, then why, then the rows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from screening.identity.network.surroundings import Surroundings, surroundings
from screening.identity_numbers import orgnr
from screening.messages import Language, text
from screening.reports.network_labels import labelled_nodes
from screening.reports.network_reasons import (
    MOST_OWNERS,
    crowd_reasons,
    owner_reasons,
    remarks,
    shared_reasons,
)
from screening.reports.network_rows import node_row, owner_row, tie_rows
from screening.reports.privacy import text_without_personal_numbers, without_personal_numbers
from screening.reports.readback import NothingPublishedError
from screening.reports.source_rows import evidence_files
from screening.warehouse.connection import open_warehouse
from screening.warehouse.exchange import to_polars
from screening.warehouse.state import State


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
    reasons = shared_reasons(unusual, labels, language)
    reasons += owner_reasons(ended, labels, language)
    reasons += crowd_reasons(nodes, around, language)
    return Network(
        name=name,
        answer=answer,
        reasons=tuple(reasons) or (text("network.nothing_unusual", language),),
        remarks=tuple(remarks(around, language)),
        owners=tuple(
            owner_row(row, labels, places, language)
            for row in around.owners.head(MOST_OWNERS).to_dicts()
        ),
        nodes=tuple(node_row(row, around.centre) for row in nodes.to_dicts()),
        ties=tuple(tie_rows(around, nodes, places, language)),
        steps=steps,
    )

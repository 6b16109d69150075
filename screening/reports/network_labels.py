"""What the nodes of the network are called when they are shown; persons and numbers masked."""

import duckdb
import polars as pl

from screening.identity.network.surroundings import Surroundings
from screening.messages import Language, text
from screening.warehouse.exchange import as_table, to_polars

_COMPANIES = """
WITH named AS (
    SELECT 'c:' || orgnr AS node, name,
        CASE origin WHEN 'bolagsverket' THEN 1 ELSE 2 END AS turn, ref
    FROM known.companies WHERE orgnr IN (SELECT substr(node, 3) FROM shown_nodes)
    UNION ALL
    SELECT CASE WHEN orgnr IS NULL THEN 's:' || supplier_id ELSE 'c:' || orgnr END, name, 0, 0
    FROM identity.suppliers
    UNION ALL
    SELECT tie.from_node, owner.owner_name, 3, owner.ref
    FROM identity.ties AS tie JOIN known.owners AS owner ON owner.ref = tie.ref
    WHERE tie.source = 'owners' AND tie.from_node IN (SELECT node FROM shown_nodes)
        AND substr(tie.from_node, 1, 1) IN ('c', 'e') AND owner.owner_type IN ({told})
    UNION ALL
    SELECT tie.to_node, owner.subject_name, 4, owner.ref
    FROM identity.ties AS tie JOIN known.owners AS owner ON owner.ref = tie.ref
    WHERE tie.source = 'owners' AND tie.to_node IN (SELECT node FROM shown_nodes)
        AND tie.to_node LIKE 'e:%'
)
SELECT node, arg_min(name, {{'turn': turn, 'ref': ref}}) AS name
FROM named WHERE name IS NOT NULL AND node IN (SELECT node FROM shown_nodes) GROUP BY node
"""

_PERSONS = """
WITH shown AS (
    SELECT person.source, person.ref, 'p:' || person.person_key AS node
    FROM identity.persons AS person
    WHERE 'p:' || person.person_key IN (SELECT node FROM shown_nodes)
)
SELECT shown.node, bool_or(shown.source = 'employees') AS is_staff,
    min(coalesce(officer.person_name, owner.owner_name, staff.name)) AS name
FROM shown
LEFT JOIN known.officers AS officer ON shown.source = 'officers' AND officer.ref = shown.ref
LEFT JOIN known.owners AS owner ON shown.source = 'owners' AND owner.ref = shown.ref
LEFT JOIN known.employees AS staff ON shown.source = 'employees' AND staff.ref = shown.ref
GROUP BY shown.node
"""

#: A place is called as the company register, else the supplier register, writes it.
_PLACES = """
WITH written AS (
    SELECT tie.to_node AS node, row.street, row.care_of, row.postal_code, row.city,
        {{'source': tie.source, 'ref': tie.ref}} AS turn
    FROM identity.ties AS tie
    JOIN (
        SELECT 'companies' AS source, ref, street, care_of, postal_code, city FROM known.companies
        UNION ALL
        SELECT 'suppliers', ref, street, care_of, postal_code, city FROM known.suppliers
    ) AS row USING (source, ref)
    WHERE tie.kind = 'address' AND tie.to_node IN (SELECT node FROM shown_nodes)
)
SELECT node, arg_min(concat_ws(', ', {care_of}, {street},
    concat_ws(' ', postal_code[1:3] || ' ' || postal_code[4:5], city)), turn) AS name
FROM written GROUP BY node
"""

_SUPPLIERS = """
SELECT CASE WHEN orgnr IS NULL THEN 's:' || supplier_id ELSE 'c:' || orgnr END AS node
FROM identity.suppliers
"""


def _masked_thing(node: str) -> pl.Expr:
    """Accounts, telephones and mail addresses with their last figures only."""
    value = pl.col(node).str.slice(2)
    kind = pl.col(node).str.slice(0, 2)
    account = pl.concat_str(
        value.str.extract(r"^([a-z]+):").fill_null(""), pl.lit(" ****"), value.str.slice(-4)
    )
    mail = pl.concat_str(value.str.slice(0, 1), pl.lit("***@"), value.str.extract(r"@(.+)$"))
    return (
        pl.when(kind == "k:")
        .then(account)
        .when(kind == "t:")
        .then(pl.concat_str(pl.lit("****"), value.str.slice(-3)))
        .when((kind == "d:") & value.str.contains("@", literal=True))
        .then(mail)
        .otherwise(value)
    )


def _plain_thing(node: str) -> pl.Expr:
    return pl.col(node).str.slice(2).str.replace(r"^([a-z]+):", "${1} ")


def labelled_nodes(
    connection: duckdb.DuckDBPyConnection, around: Surroundings, language: Language, *, masked: bool
) -> pl.DataFrame:
    """The nodes with ``label``, ``kind`` (as texts ``network.kind_*``), is_staff, is_supplier, id.

    With ``masked`` persons are numbered instead of named, names after c/o are left out, and of
    accounts, telephones and mail addresses only the end is shown.
    """
    told = "'company', 'state'" if masked else "'company', 'state', 'arrangement', 'unknown'"
    # Whom the post goes to may be a person.
    care_of = "NULL" if masked else "'c/o ' || care_of"
    street = "regexp_replace(street, '(?i)c ?/ ?o[^,]*,? ?', '')" if masked else "street"
    queries = (
        _COMPANIES.format(told=told), _PERSONS, _PLACES.format(care_of=care_of, street=street),
        _SUPPLIERS,
    )  # fmt: skip
    nodes = around.nodes
    with as_table(connection, "shown_nodes", nodes.select("node")):
        companies, persons, places, suppliers = (
            to_polars(connection.sql(query)) for query in queries
        )
    first = pl.col("node").str.slice(0, 1)
    numbered = (
        nodes.join(companies, on="node", how="left", maintain_order="left")
        .join(persons, on="node", how="left", suffix="_person", maintain_order="left")
        .join(places, on="node", how="left", suffix="_place", maintain_order="left")
        .with_columns(
            is_staff=pl.col("is_staff").fill_null(value=False),
            is_supplier=pl.col("node").is_in(suppliers["node"].implode()),
            kind=pl.when(first.is_in(["c", "s"]))
            .then(pl.lit("company"))
            .when(first == "e")
            .then(pl.lit("other_owner"))
            .when(first == "p")
            .then(pl.when(pl.col("is_staff").fill_null(value=False)).then(pl.lit("staff"))
                  .otherwise(pl.lit("person")))
            .when(first == "k").then(pl.lit("account"))
            .when(first == "t").then(pl.lit("phone"))
            .when(first == "d").then(pl.lit("domain"))
            .when(pl.col("node").str.starts_with("a:box|")).then(pl.lit("box"))
            .when(pl.col("node").str.starts_with("a:c/o|")).then(pl.lit("care_of"))
            .otherwise(pl.lit("door")),
        )
        .with_columns(number=pl.int_range(1, pl.len() + 1).over("kind").cast(pl.String))
    )  # fmt: skip
    return numbered.select(
        pl.concat_str(pl.lit("n"), pl.int_range(1, pl.len() + 1)).alias("id"),
        *nodes.columns,
        "kind",
        "is_staff",
        "is_supplier",
        label=_label(language, masked=masked),
        orgnr=pl.when(first == "c").then(pl.col("node").str.slice(2)),
    )


def _label(language: Language, *, masked: bool) -> pl.Expr:
    kind = pl.col("kind")

    def numbered(key: str) -> pl.Expr:
        before, _, after = text(f"network.{key}", language).partition("{number}")
        return pl.concat_str(pl.lit(before), "number", pl.lit(after))

    in_place = pl.col("node").str.extract(r"\|([0-9]{5})$")
    place = text("network.place", language).partition("{postal}")
    someone = pl.when(kind == "staff").then(numbered("staff")).otherwise(numbered("person"))
    thing = _masked_thing("node") if masked else _plain_thing("node")
    return (
        pl.when(kind.is_in(["person", "staff"]))
        .then(someone if masked else pl.coalesce("name_person", someone))
        .when(kind == "company")
        .then(pl.coalesce("name", pl.col("node").str.slice(2)))
        .when(kind == "other_owner")
        .then(pl.coalesce("name", numbered("other_owner")))
        .when(kind.is_in(["door", "box", "care_of"]))
        .then(
            pl.coalesce("name_place", pl.concat_str(pl.lit(place[0]), in_place, pl.lit(place[2])))
        )
        .otherwise(thing)
    )

"""Every tie that the sources tell, in one table: who or what, to whom or what, from when to when.

Nodes are ``c:`` and an organisationsnummer; ``s:`` and a supplier_id where no number is known;
``p:`` and a person_key; ``e:`` and what identifies an owner that is neither (a foreign company,
an arrangement, a state, somebody not told); ``a:`` and the form of an address; ``k:`` an account;
``t:`` a telephone; ``d:`` a mail domain. They stay inside the store: some hold personal numbers.
"""

from datetime import date

import duckdb
import polars as pl

from screening.identity.kept_readings import Reading, keep_read
from screening.identity.reference_files import mail_providers

#: Addresses with more companies than this are shown by their number only, without each of them.
MOST_MEMBERS = 50

#: ``network_suppliers``: the node of each supplier.
_SUPPLIERS = """
CREATE OR REPLACE TEMP TABLE network_suppliers AS
SELECT supplier_id, orgnr, CASE WHEN orgnr IS NULL THEN 's:' || supplier_id ELSE 'c:' || orgnr END
    AS node
FROM identity.suppliers
"""

#: Companies whose owners or officers somebody asked for are looked at even where they are no
#: suppliers (yet), unless a whole register of them is held.
_MOST_ASKED_FOR = 100_000

#: ``network_companies``: the nodes whose surroundings are told.
_COMPANIES = f"""
CREATE OR REPLACE TEMP TABLE network_companies AS
WITH asked AS (
    SELECT orgnr FROM known.owners WHERE orgnr IS NOT NULL
    UNION
    SELECT orgnr FROM known.officers
)
SELECT node FROM network_suppliers
UNION
SELECT 'c:' || orgnr FROM known.bidders WHERE orgnr IS NOT NULL
UNION
SELECT 'c:' || orgnr FROM asked WHERE (SELECT count(*) FROM asked) <= {_MOST_ASKED_FOR}
"""

#: An owner that is neither a person nor a Swedish company. By a name alone nobody is the same
#: beyond one company; a number of another kind is hashed, for it may be a person's.
_OWNER_NODE = """CASE
    WHEN owner.owner_type = 'person' THEN 'p:' || person.person_key
    WHEN regexp_full_match(owner.owner_id, '[0-9]{10}') THEN 'c:' || owner.owner_id
    WHEN owner.owner_ref IS NOT NULL THEN 'e:' || owner.owner_ref
    WHEN owner.owner_id IS NOT NULL THEN 'e:#' || substr(sha256(owner.owner_id), 1, 16)
    ELSE 'e:#' || substr(sha256(concat_ws('|', coalesce(owner.orgnr, owner.subject_ref),
        lower(owner.owner_name), owner.birth_date)), 1, 16) END"""

_OWNERS = f"""
SELECT
    {_OWNER_NODE} AS from_node,
    CASE WHEN owner.orgnr IS NOT NULL THEN 'c:' || owner.orgnr ELSE 'e:' || owner.subject_ref END
        AS to_node,
    'owner' AS kind, owner.interest AS role, owner.share_percent::DOUBLE AS share_percent,
    owner.share_min_percent::DOUBLE AS share_min_percent,
    owner.share_max_percent::DOUBLE AS share_max_percent,
    owner.direct AS is_direct, owner.is_beneficial_owner, owner.owner_type,
    owner.from_date, owner.to_date, coalesce(person.match_confidence, 1.0) AS confidence,
    'owners' AS source, owner.ref
FROM known.owners AS owner
LEFT JOIN identity.persons AS person ON person.source = 'owners' AND person.ref = owner.ref
WHERE coalesce(owner.orgnr, owner.subject_ref) IS NOT NULL
"""

#: Without dates of posts, who came between two whole answers came by the later, and who is not in
#: the newest has left by then.
_OFFICERS = """
WITH answered AS (
    SELECT orgnr, min(answered_on) AS first_day, max(answered_on) AS last_day
    FROM {versions} WHERE is_whole_answer GROUP BY orgnr
), seen AS (
    SELECT ref, min(answered_on) OVER (PARTITION BY {same}) AS since FROM {versions}
)
SELECT
    CASE WHEN officer.officer_type = 'company' THEN 'c:' || officer.officer_orgnr
        ELSE 'p:' || person.person_key END AS from_node,
    'c:' || officer.orgnr AS to_node, 'officer' AS kind, officer.role,
    coalesce(officer.from_date, CASE WHEN seen.since > answered.first_day THEN seen.since END)
        AS from_date,
    coalesce(officer.to_date,
        CASE WHEN officer.answered_on < answered.last_day THEN answered.last_day END) AS to_date,
    coalesce(person.match_confidence, 1.0) AS confidence, 'officers' AS source, officer.ref
FROM known.officers AS officer
LEFT JOIN identity.persons AS person ON person.source = 'officers' AND person.ref = officer.ref
LEFT JOIN seen ON seen.ref = officer.ref
LEFT JOIN answered ON answered.orgnr = officer.orgnr
"""

#: A sole trader is the person whose number it is.
_PROPRIETORS = """
WITH numbered AS (
    SELECT 'officers' AS source, ref, person_id AS number FROM known.officers
    UNION ALL
    SELECT 'owners', ref, owner_id FROM known.owners WHERE owner_type = 'person'
    UNION ALL
    SELECT 'employees', ref, person_id FROM known.employees
    UNION ALL
    SELECT 'trading_prohibitions', ref, person_id FROM known.trading_prohibitions
), people AS (
    SELECT substr(numbered.number, 3) AS orgnr, min(person.person_key) AS person_key,
        min(person.match_confidence) AS confidence
    FROM numbered JOIN identity.persons AS person USING (source, ref)
    WHERE regexp_full_match(numbered.number, '[0-9]{12}')
    GROUP BY substr(numbered.number, 3) HAVING count(DISTINCT person.person_key) = 1
)
SELECT 'p:' || people.person_key AS from_node, supplier.node AS to_node, 'owner' AS kind,
    'innehavare' AS role, 100.0::DOUBLE AS share_percent, true AS is_direct,
    'person' AS owner_type, people.confidence, 'suppliers' AS source, held.ref
FROM network_suppliers AS supplier
JOIN people USING (orgnr)
JOIN identity.suppliers AS held USING (supplier_id)
WHERE substr(supplier.orgnr, 3, 1) < '2'
"""

_ADDRESSES = """
WITH held AS (
    SELECT 'suppliers' AS source, ref, number.match_confidence AS confidence,
        supplier.node
    FROM known.suppliers AS row JOIN identity.supplier_numbers AS number USING (supplier_no)
    JOIN network_suppliers AS supplier ON supplier.supplier_id = number.supplier_id
    UNION ALL
    SELECT 'companies', ref, 1.0, 'c:' || orgnr FROM known.companies
    UNION ALL
    SELECT 'permits', ref, 1.0, 'c:' || orgnr FROM known.permits
    UNION ALL
    SELECT source, ref, match_confidence, 'p:' || person_key FROM identity.persons
    WHERE source IN ('employees', 'officers')
), placed AS (
    SELECT source, ref, address_key AS form, 'door' AS role FROM identity.addresses
    WHERE address_key IS NOT NULL
    UNION ALL
    SELECT source, ref, mailbox_key,
        CASE WHEN mailbox_key LIKE 'box|%' THEN 'box' ELSE 'care_of' END
    FROM identity.addresses WHERE mailbox_key IS NOT NULL
)
SELECT held.node AS from_node, 'a:' || placed.form AS to_node, 'address' AS kind, placed.role,
    held.confidence, placed.source, placed.ref
FROM placed JOIN held USING (source, ref)
"""

_NEIGHBOURS = """
SELECT 'c:' || there.orgnr AS from_node, 'a:' || there.form AS to_node, 'address' AS kind,
    CASE WHEN there.form LIKE 'box|%' THEN 'box' WHEN there.form LIKE 'c/o|%' THEN 'care_of'
        ELSE 'door' END AS role,
    1.0::DOUBLE AS confidence, 'companies' AS source, there.ref
FROM address_members AS there
JOIN (
    SELECT form FROM address_members GROUP BY form HAVING count(DISTINCT orgnr) <= {most}
) AS small USING (form)
"""

#: What the supplier register said, from when to when: a value holds from the version that first
#: had it to the one after the last that had it. What the first version has is older than we know.
_REGISTERED = """
WITH told AS (
    UNPIVOT (
        SELECT supplier_no, ref, true_from, bankgiro, plusgiro, bank_account, iban,
            phone, email FROM {versions}
    ) ON bankgiro, plusgiro, bank_account, iban, phone, email INTO NAME field VALUE value
), version AS (
    SELECT supplier_no, true_from, min(true_from) OVER (PARTITION BY supplier_no) AS first_from,
        lead(true_from) OVER (PARTITION BY supplier_no ORDER BY true_from) AS next_from
    FROM (SELECT DISTINCT supplier_no, true_from FROM {versions})
), held AS (
    SELECT told.supplier_no, told.field, told.value, max(told.ref) AS ref,
        CASE WHEN min(told.true_from) > any_value(version.first_from)
            THEN min(told.true_from) END AS from_date,
        CASE WHEN count(*) = count(version.next_from) THEN max(version.next_from) END AS to_date
    FROM told LEFT JOIN version ON version.supplier_no = told.supplier_no
        AND version.true_from IS NOT DISTINCT FROM told.true_from
    GROUP BY told.supplier_no, told.field, told.value
)
SELECT supplier.node AS from_node, form.node AS to_node, form.kind, form.role, held.from_date,
    held.to_date, number.match_confidence AS confidence, 'suppliers' AS source, held.ref
FROM held
JOIN identity_readings.contacts AS form ON form.key = hash(held.field, held.value)
JOIN identity.supplier_numbers AS number USING (supplier_no)
JOIN network_suppliers AS supplier ON supplier.supplier_id = number.supplier_id
"""

#: An account that somebody else owns, such as a factoring company, is shared by nature.
_PAYEES = """
SELECT supplier.node AS from_node, 'k:' || line.payee_account AS to_node, 'account' AS kind,
    CASE WHEN bool_or(line.payee_orgnr IS NOT NULL
        AND line.payee_orgnr IS DISTINCT FROM supplier.orgnr) THEN 'factoring' END AS role,
    min(line.invoice_date) AS from_date,
    min(party.match_confidence) AS confidence, 'invoices' AS source, min(line.ref) AS ref
FROM (
    SELECT supplier_no, orgnr, supplier_name, payee_account, payee_orgnr,
        min(invoice_date) AS invoice_date, min(ref) AS ref
    FROM known.invoices WHERE payee_account IS NOT NULL GROUP BY ALL
) AS line
JOIN identity.parties AS party
    ON party.supplier_no IS NOT DISTINCT FROM line.supplier_no
    AND party.orgnr IS NOT DISTINCT FROM line.orgnr
    AND party.supplier_name IS NOT DISTINCT FROM line.supplier_name
JOIN network_suppliers AS supplier ON supplier.supplier_id = party.supplier_id
GROUP BY supplier.node, line.payee_account
"""

_STAFF = """
SELECT 'p:' || person.person_key AS from_node, 'k:' || staff.bank_account AS to_node,
    'account' AS kind, 'staff' AS role, person.match_confidence AS confidence,
    'employees' AS source, staff.ref
FROM known.employees AS staff
JOIN identity.persons AS person ON person.source = 'employees' AND person.ref = staff.ref
WHERE staff.bank_account IS NOT NULL
UNION ALL
SELECT 'p:' || person.person_key, 'c:' || staff.secondary_employment_orgnr, 'side_job', 'staff',
    person.match_confidence, 'employees', staff.ref
FROM known.employees AS staff
JOIN identity.persons AS person ON person.source = 'employees' AND person.ref = staff.ref
WHERE staff.secondary_employment_orgnr IS NOT NULL
"""

_TIES = """
CREATE OR REPLACE TABLE identity.ties AS
SELECT from_node, to_node, kind, role, share_percent, share_min_percent, share_max_percent,
    is_direct, is_beneficial_owner, owner_type, from_date, to_date,
    coalesce(from_date, DATE '{day}') <= DATE '{day}'
        AND (to_date IS NULL OR to_date > DATE '{day}') AS is_current,
    confidence::DOUBLE AS confidence, source, ref
FROM ({parts})
WHERE from_node IS NOT NULL AND to_node IS NOT NULL
ORDER BY from_node, to_node, kind, source, ref, role
"""


def contact_forms(told: pl.DataFrame) -> pl.DataFrame:
    """Nodes of what suppliers may be reached or paid by.

    Args:
        told: field (bankgiro, plusgiro, bank_account, iban, phone, email), value.

    Returns:
        field, value, node, kind (account, phone, domain), role (``address`` where a mail
        provider's domain is no tie and the whole address stands). Values without a form have no
        node: a number of fewer than seven figures, a text without ``@`` and a dot after it.
    """
    value, field = pl.col("value"), pl.col("field")
    digits = (
        value.str.replace(r"\(0\)", "")
        .str.replace_all(r"[^0-9+]", "")
        .str.replace(r"^(?:\+|00)46", "0")
        .str.replace_all("+", "", literal=True)
    )
    mail = value.str.to_lowercase().str.extract(r"([^\s<>;,]+@[^\s<>;,@]+\.[^\s<>;,@.]+)")
    domain = mail.str.extract(r"@(?:www\.)?(.+)$")
    is_anybodys = domain.is_in(list(mail_providers()))
    return told.with_columns(
        node=pl.when(field == "phone")
        .then(pl.when(digits.str.len_chars() >= 7).then(pl.lit("t:") + digits))
        .when(field == "email")
        .then(pl.lit("d:") + pl.when(is_anybodys).then(mail).otherwise(domain))
        .otherwise(pl.lit("k:") + value),
        kind=pl.when(field == "phone")
        .then(pl.lit("phone"))
        .when(field == "email")
        .then(pl.lit("domain"))
        .otherwise(pl.lit("account")),
        role=pl.when((field == "email") & is_anybodys).then(pl.lit("address")),
    )


_CONTACTS = Reading(
    "contacts",
    ("field", "value"),
    {"node": "VARCHAR", "kind": "VARCHAR", "role": "VARCHAR"},
    contact_forms,
)

_TOLD_CONTACTS = """
UNPIVOT (SELECT bankgiro, plusgiro, bank_account, iban, phone, email FROM {versions})
ON bankgiro, plusgiro, bank_account, iban, phone, email INTO NAME field VALUE value
"""


def _versions(connection: duckdb.DuckDBPyConnection, source: str) -> str:
    """All known versions of a source's rows, or the current ones where nothing else is kept."""
    ((there,),) = connection.execute(
        "SELECT count(*) FROM information_schema.tables "
        "WHERE table_schema = 'known' AND table_name = ?",
        [f"{source}_versions"],
    ).fetchall()
    return f"known.{source}_versions" if there else f"known.{source}"


def gather_ties(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Write ``identity.ties``; temporary tables ``network_suppliers`` and ``network_companies``.

    Columns: from_node, to_node, kind (owner, officer, address, account, phone, domain, side_job),
    role (of an officer; an owner's interest; door, box or care_of; factoring, staff),
    share_percent, share_min_percent, share_max_percent, is_direct, is_beneficial_owner,
    owner_type, from_date,
    to_date (null: not known, or still so), is_current (on ``as_of``), confidence (0-1, of the match
    that made the tie), source, ref.

    Needs the other tables of ``identity``, and the temporary table ``address_members``.
    """
    connection.execute(_SUPPLIERS)
    connection.execute(_COMPANIES)
    officers, suppliers = _versions(connection, "officers"), _versions(connection, "suppliers")
    same = "key_hash" if officers.endswith("_versions") else "ref"
    keep_read(connection, _CONTACTS, _TOLD_CONTACTS.format(versions=suppliers))
    parts = (
        _OWNERS,
        _OFFICERS.format(versions=officers, same=same),
        _PROPRIETORS,
        _ADDRESSES,
        _NEIGHBOURS.format(most=MOST_MEMBERS),
        _REGISTERED.format(versions=suppliers),
        _PAYEES,
        _STAFF,
    )
    joined = " UNION ALL BY NAME ".join(f"(SELECT * FROM ({part}))" for part in parts)
    connection.execute(_TIES.format(parts=joined, day=as_of.isoformat()))

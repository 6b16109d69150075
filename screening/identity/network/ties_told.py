"""Queries for the ties that each source tells, of all its rows or of those that changed.

Nodes are ``c:`` and an organisationsnummer; ``s:`` and a supplier_id where no number is known;
``p:`` and a person_key; ``e:`` and what identifies an owner that is neither (a foreign company,
an arrangement, a state, somebody not told); ``a:`` and the form of an address; ``k:`` an account;
``t:`` a telephone; ``d:`` a mail domain. They stay inside the store: some hold personal numbers.

``{wanted}`` in a query stands for a condition on the row's ``source`` and ``ref``, ``{persons}``
for the table with the person of each wanted row.
"""

#: An owner that is neither a person nor a Swedish company. By a name alone nobody is the same
#: beyond one company; a number of another kind is hashed, for it may be a person's.
_OWNER_NODE = """CASE
    WHEN owner.owner_type = 'person' THEN 'p:' || person.person_key
    WHEN regexp_full_match(owner.owner_id, '[0-9]{{10}}') THEN 'c:' || owner.owner_id
    WHEN owner.owner_ref IS NOT NULL THEN 'e:' || owner.owner_ref
    WHEN owner.owner_id IS NOT NULL THEN 'e:#' || substr(sha256(owner.owner_id), 1, 16)
    ELSE 'e:#' || substr(sha256(concat_ws('|', coalesce(owner.orgnr, owner.subject_ref),
        lower(owner.owner_name), owner.birth_date)), 1, 16) END"""

OWNERS = f"""
WITH owner AS (SELECT 'owners' AS source, * FROM known.owners WHERE {{wanted}})
SELECT
    {_OWNER_NODE} AS from_node,
    CASE WHEN owner.orgnr IS NOT NULL THEN 'c:' || owner.orgnr ELSE 'e:' || owner.subject_ref END
        AS to_node,
    'owner' AS kind, owner.interest AS role, owner.share_percent::DOUBLE AS share_percent,
    owner.share_min_percent::DOUBLE AS share_min_percent,
    owner.share_max_percent::DOUBLE AS share_max_percent,
    owner.direct AS is_direct, owner.is_beneficial_owner, owner.owner_type,
    owner.from_date, owner.to_date, coalesce(person.match_confidence, 1.0) AS confidence,
    owner.source, owner.ref
FROM owner
LEFT JOIN {{persons}} AS person ON person.source = 'owners' AND person.ref = owner.ref
WHERE coalesce(owner.orgnr, owner.subject_ref) IS NOT NULL
"""

#: What the ties of ``OWNERS`` depend on in a row.
OWNERS_READ = (
    "orgnr", "subject_ref", "owner_type", "owner_id", "owner_ref", "owner_name", "birth_date",
    "interest", "share_percent", "share_min_percent", "share_max_percent", "direct",
    "is_beneficial_owner", "from_date", "to_date",
)  # fmt: skip

#: Without dates of posts, who came between two whole answers came by the later, and who is not in
#: the newest has left by then.
OFFICERS = """
WITH officer AS (
    SELECT 'officers' AS source, * FROM known.officers WHERE {wanted}
), version AS (
    FROM {officer_versions} WHERE orgnr IN (SELECT orgnr FROM officer)
), answered AS (
    SELECT orgnr, min(answered_on) AS first_day, max(answered_on) AS last_day
    FROM version WHERE is_whole_answer GROUP BY orgnr
), seen AS (
    SELECT ref, min(answered_on) OVER (PARTITION BY {same_officer}) AS since FROM version
)
SELECT
    CASE WHEN officer.officer_type = 'company' THEN 'c:' || officer.officer_orgnr
        ELSE 'p:' || person.person_key END AS from_node,
    'c:' || officer.orgnr AS to_node, 'officer' AS kind, officer.role,
    coalesce(officer.from_date, CASE WHEN seen.since > answered.first_day THEN seen.since END)
        AS from_date,
    coalesce(officer.to_date,
        CASE WHEN officer.answered_on < answered.last_day THEN answered.last_day END) AS to_date,
    coalesce(person.match_confidence, 1.0) AS confidence, officer.source, officer.ref
FROM officer
LEFT JOIN {persons} AS person ON person.source = 'officers' AND person.ref = officer.ref
LEFT JOIN seen ON seen.ref = officer.ref
LEFT JOIN answered ON answered.orgnr = officer.orgnr
"""

OFFICERS_READ = (
    "orgnr", "officer_type", "officer_orgnr", "role", "from_date", "to_date", "answered_on",
)  # fmt: skip

#: Suppliers that are a person's own business.
TRADERS = "FROM network_suppliers WHERE substr(orgnr, 3, 1) < '2'"

NO_SOLE_TRADERS = """
CREATE OR REPLACE TEMP TABLE sole_traders (supplier_id VARCHAR, node VARCHAR, person_key VARCHAR,
    confidence DOUBLE, source VARCHAR, ref BIGINT)
"""

#: A sole trader is the person whose number it is, of whatever century: ``sole_traders``
#: (supplier_id, node, person_key, confidence, source, ref).
SOLE_TRADERS = f"""
CREATE OR REPLACE TEMP TABLE sole_traders AS
WITH trader AS (
    SELECT supplier_id, node, orgnr {TRADERS}
), numbered AS (
    SELECT 'officers' AS source, ref, person_id AS number FROM known.officers
    UNION ALL
    SELECT 'owners', ref, owner_id FROM known.owners WHERE owner_type = 'person'
    UNION ALL
    SELECT 'employees', ref, person_id FROM known.employees
    UNION ALL
    SELECT 'trading_prohibitions', ref, person_id FROM known.trading_prohibitions
), theirs AS MATERIALIZED (
    SELECT source, ref, substr(number, 3) AS orgnr FROM numbered
    WHERE number IN (SELECT unnest(['18', '19', '20']) || orgnr FROM trader)
), people AS (
    SELECT theirs.orgnr, min(person.person_key) AS person_key,
        min(person.match_confidence) AS confidence
    FROM theirs JOIN identity.persons AS person USING (source, ref)
    GROUP BY theirs.orgnr HAVING count(DISTINCT person.person_key) = 1
)
SELECT trader.supplier_id, trader.node, people.person_key, people.confidence,
    'suppliers' AS source, held.ref
FROM trader
JOIN people USING (orgnr)
JOIN identity.suppliers AS held USING (supplier_id)
"""

PROPRIETORS = """
SELECT 'p:' || person_key AS from_node, node AS to_node, 'owner' AS kind, 'innehavare' AS role,
    100.0::DOUBLE AS share_percent, true AS is_direct, 'person' AS owner_type, confidence, source,
    ref
FROM sole_traders WHERE {wanted}
"""

#: An address is of who has it; one with a door and a box has two.
ADDRESSES = """
WITH place AS (
    SELECT * FROM identity.addresses WHERE {wanted} AND source <> 'companies'
), placed AS (
    SELECT source, ref, address_key AS form, 'door' AS role FROM place
    WHERE address_key IS NOT NULL
    UNION ALL
    SELECT source, ref, mailbox_key,
        CASE WHEN mailbox_key LIKE 'box|%' THEN 'box' ELSE 'care_of' END
    FROM place WHERE mailbox_key IS NOT NULL
), held AS (
    SELECT 'suppliers' AS source, ref, supplier.match_confidence AS confidence, supplier.node
    FROM known.suppliers JOIN numbered_suppliers AS supplier USING (supplier_no)
    UNION ALL
    SELECT 'permits', ref, 1.0, 'c:' || orgnr FROM known.permits
    UNION ALL
    SELECT source, ref, match_confidence, 'p:' || person_key FROM {persons}
    WHERE source IN ('employees', 'officers')
)
SELECT held.node AS from_node, 'a:' || placed.form AS to_node, 'address' AS kind, placed.role,
    held.confidence, placed.source, placed.ref
FROM placed JOIN held USING (source, ref)
"""

#: Of the register: whose address counts anyway, and who else is at one of our places that is not
#: crowded.
NEIGHBOURS = """
WITH line AS MATERIALIZED (
    SELECT * FROM (SELECT 'companies' AS source, * FROM identity_network.register_places)
    WHERE {wanted}
), asked AS MATERIALIZED (
    SELECT source, ref, unnest([address_key, mailbox_key]) AS form
    FROM identity.addresses WHERE source = 'companies' AND {wanted}
), held AS (
    SELECT line.source, line.ref, line.orgnr, ours.form
    FROM line JOIN identity_network.our_places AS ours USING (place)
    ANTI JOIN identity_network.crowded_places AS crowded USING (place)
    UNION
    SELECT asked.source, asked.ref, company.orgnr, asked.form
    FROM asked JOIN known.companies AS company USING (ref) WHERE asked.form IS NOT NULL
)
SELECT 'c:' || orgnr AS from_node, 'a:' || form AS to_node, 'address' AS kind,
    CASE WHEN form LIKE 'box|%' THEN 'box' WHEN form LIKE 'c/o|%' THEN 'care_of' ELSE 'door' END
        AS role,
    1.0::DOUBLE AS confidence, source, ref
FROM held
"""

#: What suppliers may be reached or paid by.
_CONTACTS = "bankgiro, plusgiro, bank_account, iban, phone, email"

#: ``registered``: the versions of the wanted supplier numbers.
REGISTER = f"""
CREATE OR REPLACE TEMP TABLE registered AS
SELECT supplier_no, ref, true_from, {_CONTACTS} FROM {{supplier_versions}}
WHERE supplier_no IN (
    SELECT supplier_no
    FROM (SELECT 'suppliers' AS source, ref, supplier_no FROM {{supplier_versions}})
    WHERE {{wanted}}
)
"""

CONTACTS = f"""
SELECT DISTINCT field, value FROM (
    UNPIVOT (SELECT {_CONTACTS} FROM registered) ON {_CONTACTS} INTO NAME field VALUE value
)
"""

#: What the supplier register said, from when to when: a value holds from the version that first
#: had it to the one after the last that had it. What the first version has is older than we know.
REGISTERED = f"""
WITH told AS (
    UNPIVOT (FROM registered) ON {_CONTACTS} INTO NAME field VALUE value
), version AS (
    SELECT supplier_no, true_from, min(true_from) OVER (PARTITION BY supplier_no) AS first_from,
        lead(true_from) OVER (PARTITION BY supplier_no ORDER BY true_from) AS next_from
    FROM (SELECT DISTINCT supplier_no, true_from FROM registered)
), held AS (
    SELECT told.supplier_no, told.field, told.value, max(told.ref) AS ref,
        CASE WHEN min(told.true_from) > any_value(version.first_from)
            THEN min(told.true_from) END AS from_date,
        CASE WHEN count(*) = count(version.next_from) THEN max(version.next_from) END AS to_date
    FROM told LEFT JOIN version ON version.supplier_no = told.supplier_no
        AND version.true_from IS NOT DISTINCT FROM told.true_from
    GROUP BY told.supplier_no, told.field, told.value
)
SELECT DISTINCT supplier.node AS from_node, form.node AS to_node, form.kind, form.role,
    held.from_date, held.to_date, supplier.match_confidence AS confidence, 'suppliers' AS source,
    held.ref
FROM held
JOIN contact_nodes AS form USING (field, value)
JOIN numbered_suppliers AS supplier USING (supplier_no)
"""

SUPPLIERS_READ = (
    "true_from", "bankgiro", "plusgiro", "bank_account", "iban", "phone", "email",
)  # fmt: skip

#: An account that somebody else owns, such as a factoring company, is shared by nature:
#: ``payees`` (as ties).
PAYEES_PAID = """
CREATE OR REPLACE TEMP TABLE payees AS
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

PAYEES = "SELECT * FROM payees WHERE {wanted}"

STAFF = """
WITH staff AS (SELECT 'employees' AS source, * FROM known.employees WHERE {wanted})
SELECT 'p:' || person.person_key AS from_node, 'k:' || staff.bank_account AS to_node,
    'account' AS kind, 'staff' AS role, person.match_confidence AS confidence, source, staff.ref
FROM staff JOIN {persons} AS person USING (source, ref)
WHERE staff.bank_account IS NOT NULL
UNION ALL
SELECT 'p:' || person.person_key, 'c:' || staff.secondary_employment_orgnr, 'side_job', 'staff',
    person.match_confidence, source, staff.ref
FROM staff JOIN {persons} AS person USING (source, ref)
WHERE staff.secondary_employment_orgnr IS NOT NULL
"""

PARTS = (
    OWNERS, OFFICERS, PROPRIETORS, ADDRESSES, NEIGHBOURS, REGISTERED, PAYEES, STAFF,
)  # fmt: skip

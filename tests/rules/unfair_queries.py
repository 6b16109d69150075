"""Queries that conclude something from who a person is, and try to hide it; and fair ones.

``UNFAIR``: what the query concludes from (view.column) by what it does. The catalogue that they
are held against is the one that ships, with what no view of it holds: birth, country, health.
"""

_HIDDEN = (
    "WITH a AS (SELECT supplier_id, ref, name AS n FROM suppliers),"
    " b AS (SELECT *, upper(n) AS m FROM a), c AS (SELECT b.*, lower(m) AS x FROM b)"
)
_S = "SELECT supplier_id FROM suppliers WHERE"
_P = "SELECT supplier_id FROM persons WHERE"

UNFAIR = {
    # A name.
    "compares a name with a text": (f"{_S} name = 'Ali'", "suppliers.name"),
    "compares a name with a parameter": (f"{_S} name = $word", "suppliers.name"),
    "matches a name": (f"{_S} name LIKE '%ovic%'", "suppliers.name"),
    "matches a name in any case": (f"{_S} name ILIKE '%ovic%'", "suppliers.name"),
    "matches a name by its operator": (f"{_S} name ~~ '%ovic%'", "suppliers.name"),
    "matches a name by pattern": (f"{_S} regexp_matches(name, 'ov(a|ic)$')", "suppliers.name"),
    "matches a name as similar": (f"{_S} name SIMILAR TO '.*ic'", "suppliers.name"),
    "searches a name": (f"{_S} strpos(name, 'Ali') > 0", "suppliers.name"),
    "asks how a name begins": (f"{_S} starts_with(name, 'Al')", "suppliers.name"),
    "asks what a name holds": (f"{_S} contains(lower(name), 'ali')", "suppliers.name"),
    "asks how long a name is": (f"{_S} length(name) > 20", "suppliers.name"),
    "takes a name's first letters": (f"{_S} substr(name, 1, 3) = 'Ali'", "suppliers.name"),
    "takes a name's letter as a number": (f"{_S} ascii(name) % 2 = 1", "suppliers.name"),
    "takes a name's letter as a truth": (
        f"{_S} CAST(ascii(name) - 65 AS BOOLEAN)",
        "suppliers.name",
    ),
    "denies a name's letter as a truth": (
        f"{_S} (NOT CAST(ascii(name) - 65 AS BOOLEAN)) = true",
        "suppliers.name",
    ),
    "hashes a name": (f"{_S} md5(name) = 'd41d8cd98f00b204e9800998ecf8427e'", "suppliers.name"),
    "lists names": (f"{_S} name IN ('Ali', 'Sara')", "suppliers.name"),
    "lists names in a list": (f"{_S} list_contains(['Ali', 'Sara'], name)", "suppliers.name"),
    "lists names as any": (f"{_S} name = ANY(['Ali'])", "suppliers.name"),
    "lists names as rows": (
        "SELECT s.supplier_id FROM suppliers s JOIN (VALUES ('Ali')) AS v(x) ON v.x = s.name",
        "suppliers.name",
    ),
    "lists names in a WITH": (
        "WITH v AS (SELECT 'Ali' AS name) SELECT supplier_id FROM suppliers JOIN v USING (name)",
        "suppliers.name",
    ),
    "lists names in a subquery": (f"{_S} name IN (SELECT 'Ali')", "suppliers.name"),
    "lists names in EXISTS": (
        "SELECT supplier_id FROM suppliers s WHERE EXISTS"
        " (SELECT 1 FROM (SELECT 'Ali' AS x) AS v WHERE v.x = s.name)",
        "suppliers.name",
    ),
    "calls a name something else": (
        f"{_HIDDEN} SELECT supplier_id FROM c WHERE x = 'ali'",
        "suppliers.name",
    ),
    "calls a name a column of a renamed WITH": (
        "WITH a(s, x) AS (SELECT supplier_id, name FROM suppliers)"
        " SELECT s AS supplier_id FROM a WHERE x LIKE 'A%'",
        "suppliers.name",
    ),
    "calls a name a column of a derived table": (
        "SELECT t.s AS supplier_id FROM (SELECT supplier_id, name FROM suppliers) AS t(s, x)"
        " WHERE t.x LIKE 'A%'",
        "suppliers.name",
    ),
    "asks in a CASE": (
        "SELECT supplier_id, CASE WHEN name LIKE 'A%' THEN 900 ELSE 1 END AS amount_sek"
        " FROM suppliers",
        "suppliers.name",
    ),
    "asks in a short CASE": (
        "SELECT supplier_id, CASE name WHEN 'Ali' THEN 900 ELSE 1 END AS n FROM suppliers",
        "suppliers.name",
    ),
    "asks in a CASE within a struct": (
        "WITH a AS (SELECT supplier_id, {'hit': CASE WHEN name = 'Ali' THEN 1 ELSE 0 END} AS s"
        " FROM suppliers) SELECT supplier_id FROM a WHERE s.hit = 1",
        "suppliers.name",
    ),
    "packs a name into a struct": (
        "WITH a AS (SELECT supplier_id, struct_pack(q := name) AS s FROM suppliers)"
        " SELECT supplier_id FROM a WHERE a.s.q = 'Ali'",
        "suppliers.name",
    ),
    "compares structs": (
        "SELECT supplier_id FROM suppliers WHERE {'a': name, 'b': name} = {'a': name, 'b': 'Ali'}",
        "suppliers.name",
    ),
    "packs a name into a list": (
        "WITH a AS (SELECT supplier_id, list(name) AS l FROM suppliers GROUP BY 1)"
        " SELECT supplier_id FROM a WHERE l[1] = 'Ali'",
        "suppliers.name",
    ),
    "mixes a name with a text": (
        "SELECT supplier_id FROM suppliers WHERE coalesce(nullif(name, 'Ali'), 'x') = name",
        "suppliers.name",
    ),
    "lets a text take a name's place": (
        "SELECT supplier_id FROM suppliers"
        " WHERE name = CASE WHEN spend_12m_sek > 0 THEN 'Ali' ELSE name END",
        "suppliers.name",
    ),
    "mixes a name with a text in a UNION": (
        "WITH a AS (SELECT name FROM suppliers UNION ALL SELECT 'Ali')"
        " SELECT s.supplier_id FROM suppliers s JOIN a ON a.name = s.name",
        "suppliers.name",
    ),
    "takes a text away by EXCEPT": (
        "SELECT supplier_id FROM (SELECT supplier_id, name FROM suppliers"
        " EXCEPT SELECT supplier_id, 'Ali' FROM suppliers) AS x",
        "suppliers.name",
    ),
    "keeps a text by INTERSECT": (
        "SELECT supplier_id FROM (SELECT supplier_id, name FROM suppliers"
        " INTERSECT SELECT supplier_id, 'Ali' FROM suppliers) AS x",
        "suppliers.name",
    ),
    "asks whether what is left is null": (f"{_S} nullif(name, 'Ali') IS NULL", "suppliers.name"),
    "asks whether a number can be read": (
        f"{_S} TRY_CAST(name AS INTEGER) IS NULL",
        "suppliers.name",
    ),
    "counts what is left": (
        "SELECT supplier_id FROM suppliers GROUP BY supplier_id"
        " HAVING count(nullif(name, 'Ali')) = 0",
        "suppliers.name",
    ),
    "counts with a filter": (
        "SELECT supplier_id, count(*) FILTER (WHERE name = 'Ali') AS n FROM suppliers GROUP BY 1",
        "suppliers.name",
    ),
    "trims letters off a name": (f"{_S} trim(name, 'Ali') = name", "suppliers.name"),
    "joins on a part of a name": (
        "SELECT a.supplier_id FROM suppliers a JOIN companies b"
        " ON substr(a.name, 1, 2) = substr(b.name, 1, 2)",
        "companies.name",
    ),
    "groups by a part of a name": (
        "SELECT min(supplier_id) AS supplier_id, count(*) AS n FROM suppliers"
        " GROUP BY substr(name, 1, 1)",
        "suppliers.name",
    ),
    "groups by all, a part of a name among them": (
        "SELECT min(supplier_id) AS supplier_id, left(name, 1) AS x FROM suppliers GROUP BY ALL",
        "suppliers.name",
    ),
    "keeps one of each first letter": (
        "SELECT DISTINCT ON (left(name, 1)) supplier_id FROM suppliers ORDER BY left(name, 1)",
        "suppliers.name",
    ),
    "parts a window by a part of a name": (
        "SELECT supplier_id FROM suppliers QUALIFY count(*) OVER (PARTITION BY left(name, 1)) > 9",
        "suppliers.name",
    ),
    "takes the first by name": (
        "SELECT supplier_id FROM suppliers ORDER BY name LIMIT 10",
        "suppliers.name",
    ),
    "takes the first by name in a window": (
        "SELECT supplier_id FROM suppliers QUALIFY row_number() OVER (ORDER BY name) <= 10",
        "suppliers.name",
    ),
    "takes the first by name in a named window": (
        "SELECT supplier_id FROM suppliers WINDOW w AS (ORDER BY name)"
        " QUALIFY row_number() OVER w <= 10",
        "suppliers.name",
    ),
    "takes the first by name in a list": (
        "WITH a AS (SELECT list(supplier_id ORDER BY name) AS l FROM suppliers)"
        " SELECT l[1] AS supplier_id FROM a",
        "suppliers.name",
    ),
    "takes the largest by name": (
        "SELECT arg_max(supplier_id, name) AS supplier_id FROM suppliers",
        "suppliers.name",
    ),
    "puts names in order": (
        "SELECT a.supplier_id FROM suppliers a JOIN companies b ON a.name < b.name",
        "companies.name",
    ),
    "holds a name against a column that is none": (
        "SELECT s.supplier_id FROM suppliers s JOIN contracts c ON c.title = s.name",
        "suppliers.name",
    ),
    "weighs by a name": (
        "SELECT supplier_id, length(name) AS amount_sek FROM suppliers",
        "suppliers.name",
    ),
    "is as sure as a name is long": (
        "SELECT supplier_id, 1.0 / length(name) AS match_confidence FROM suppliers",
        "suppliers.name",
    ),
    "loses the supplier by a name": (
        "SELECT left(supplier_id, strpos(name, 'Ali') * 99) AS supplier_id FROM suppliers",
        "suppliers.name",
    ),
    "tells about a name": (
        "SELECT supplier_id, name LIKE 'A%' AS begins FROM suppliers",
        "suppliers.name",
    ),
    "searches the invoice's text for a name": (
        "SELECT supplier_id FROM invoice_lines WHERE description LIKE '%Ali%'",
        "invoice_lines.description",
    ),
    # A number, an account, an address.
    "reads the age out of a number": (f"{_S} left(orgnr, 2) < '60'", "suppliers.orgnr"),
    "reads the sex out of a number": (
        f"{_S} CAST(substr(orgnr, 9, 1) AS INTEGER) % 2 = 0",
        "suppliers.orgnr",
    ),
    "reads the number of someone from abroad": (
        f"{_S} CAST(substr(orgnr, 5, 2) AS INTEGER) > 60",
        "suppliers.orgnr",
    ),
    "reads a number by pattern": (f"{_S} orgnr LIKE '____6%'", "suppliers.orgnr"),
    "reads a number as a number": (
        f"{_S} CAST(orgnr AS BIGINT) // 10000 % 100 > 60",
        "suppliers.orgnr",
    ),
    "holds a number against a text": (f"{_S} orgnr > '8'", "suppliers.orgnr"),
    "points at one number": (f"{_S} orgnr = '5560000019'", "suppliers.orgnr"),
    "points at numbers by parameter": (f"{_S} orgnr IN $word", "suppliers.orgnr"),
    "asks whether a number lies between": (f"{_S} orgnr BETWEEN '5' AND '6'", "suppliers.orgnr"),
    "takes those with the lowest numbers": (
        "SELECT supplier_id FROM suppliers ORDER BY orgnr LIMIT 10",
        "suppliers.orgnr",
    ),
    "joins on the birth date in a number": (
        "SELECT a.supplier_id FROM suppliers a JOIN companies b"
        " ON left(a.orgnr, 6) = left(b.orgnr, 6)",
        "companies.orgnr",
    ),
    "counts birth dates": (
        "SELECT supplier_id FROM suppliers GROUP BY supplier_id"
        " HAVING count(DISTINCT left(orgnr, 6)) > 1",
        "suppliers.orgnr",
    ),
    "asks which street": (f"{_S} address_key LIKE 'ros%'", "suppliers.address_key"),
    "asks which postal code": (
        f"{_S} regexp_matches(address_key, '2137[0-9]')",
        "suppliers.address_key",
    ),
    "asks which country's account": (
        "SELECT supplier_id FROM bank_accounts WHERE account LIKE 'iban:LT%'",
        "bank_accounts.account",
    ),
    "reads a worker's number": (
        "SELECT supplier_id FROM time_reports WHERE substr(worker_id, 7, 2) > '60'",
        "time_reports.worker_id",
    ),
    "points at a client": (
        "SELECT supplier_id FROM time_reports WHERE client_id = 'K-17'",
        "time_reports.client_id",
    ),
    # Where, when and what somebody is.
    "asks for a town": (
        "SELECT s.supplier_id FROM suppliers s JOIN companies c ON c.orgnr = s.orgnr"
        " WHERE c.city = 'Malmö'",
        "companies.city",
    ),
    "groups by town": (
        "SELECT 'a' AS supplier_id, count(*) AS n FROM companies GROUP BY city",
        "companies.city",
    ),
    "asks whether there is a town": (
        "SELECT s.supplier_id FROM suppliers s JOIN companies c ON c.orgnr = s.orgnr"
        " WHERE c.city IS NULL",
        "companies.city",
    ),
    "holds towns against each other": (
        "SELECT s.supplier_id FROM suppliers s JOIN companies c ON c.orgnr = s.orgnr"
        " JOIN companies d ON d.city <> c.city",
        "companies.city",
    ),
    "asks which country's list": (
        "SELECT supplier_id FROM listed_matches WHERE programme LIKE '%SYR%'",
        "listed_matches.programme",
    ),
    "asks for a country": (f"{_P} country <> 'SE'", "persons.country"),
    "asks whether a country is there": (f"{_P} country IS NOT NULL", "persons.country"),
    "counts countries": (
        "SELECT supplier_id FROM persons GROUP BY supplier_id HAVING count(DISTINCT country) > 1",
        "persons.country",
    ),
    "joins countries": (
        "SELECT a.supplier_id FROM persons a JOIN persons b ON b.country = a.country",
        "persons.country",
    ),
    "reckons an age": (
        f"{_P} date_diff('day', born_on, $as_of) < 9000",
        "persons.born_on",
    ),
    "joins birthdays": (
        "SELECT a.supplier_id FROM persons a JOIN persons b ON b.born_on = a.born_on",
        "persons.born_on",
    ),
    "reads what is sensitive": (f"{_P} diagnosis IS NOT NULL", "persons.diagnosis"),
    "counts what is sensitive": (
        "SELECT supplier_id FROM persons GROUP BY supplier_id HAVING count(diagnosis) > 3",
        "persons.diagnosis",
    ),
    "joins what is sensitive": (
        "SELECT a.supplier_id FROM persons a JOIN persons b USING (diagnosis)",
        "persons.diagnosis",
    ),
}

FAIR = {
    "joins and counts keys": (
        "SELECT a.supplier_id, count(DISTINCT b.orgnr) AS n FROM suppliers a JOIN suppliers b"
        " ON b.address_key = a.address_key AND b.orgnr <> a.orgnr GROUP BY a.supplier_id"
    ),
    "tells each pair once": (
        "SELECT a.supplier_id FROM suppliers a JOIN suppliers b ON a.orgnr < b.orgnr"
        " AND greatest(a.orgnr, b.orgnr) = b.orgnr"
    ),
    "asks whether a key is known": f"{_S} orgnr IS NOT NULL OR name IS NULL",
    "groups by a key": (
        "SELECT min(supplier_id) AS supplier_id FROM bank_accounts GROUP BY account"
        " HAVING count(*) > 1"
    ),
    "looks a key up": f"{_S} orgnr NOT IN (SELECT orgnr FROM permits WHERE orgnr IS NOT NULL)",
    "breaks ties by a key": (
        "SELECT supplier_id FROM invoices QUALIFY row_number()"
        " OVER (PARTITION BY supplier_id ORDER BY amount_sek DESC, orgnr) = 1"
    ),
    "compares a name with a name": (
        "SELECT s.supplier_id FROM suppliers s JOIN companies c ON c.orgnr = s.orgnr"
        " WHERE lower(c.name) <> lower(s.name)"
    ),
    "counts names": (
        "SELECT min(supplier_id) AS supplier_id, count(DISTINCT name) AS names FROM suppliers"
        " GROUP BY orgnr HAVING count(DISTINCT name) > 1"
    ),
    "shows names of companies": (
        "SELECT supplier_id, string_agg(DISTINCT CASE WHEN NOT is_sole_trader THEN name END, ', '"
        " ORDER BY CASE WHEN NOT is_sole_trader THEN name END) AS names FROM suppliers GROUP BY 1"
    ),
    "shows a town": (
        "SELECT s.supplier_id, max(c.city) AS city FROM suppliers s JOIN companies c"
        " ON c.orgnr = s.orgnr GROUP BY s.supplier_id"
    ),
    "carries everything along and uses none of it": (
        "WITH a AS (SELECT * FROM persons) SELECT supplier_id, count(*) AS n FROM a GROUP BY 1"
    ),
    "takes one of two keys": (
        "SELECT a.supplier_id FROM suppliers a LEFT JOIN companies b ON b.orgnr = a.orgnr"
        " JOIN debts d ON d.orgnr = coalesce(a.orgnr, b.orgnr)"
    ),
    "searches what is no name": (
        "SELECT supplier_id FROM contracts WHERE title LIKE '%städ%' AND service_area = 'x'"
    ),
    "counts a list of keys": (
        "WITH a AS (SELECT supplier_id, list(DISTINCT worker_id) AS w FROM time_reports GROUP BY 1)"
        " SELECT supplier_id FROM a WHERE len(w) > 3"
    ),
}

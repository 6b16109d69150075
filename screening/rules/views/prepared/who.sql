-- Every supplier, and the companies asked about that are none (yet).
SELECT
    supplier_id, orgnr, supplier_no, name, is_sole_trader, is_public_body, in_register,
    address_key, match_method, match_confidence, ref
FROM warehouse.identity.suppliers
UNION ALL
SELECT
    CASE WHEN substr(asked.orgnr, 3, 1) < '2' THEN 'ef:' || substr(asked.orgnr, 1, 6)
        ELSE asked.orgnr END,
    asked.orgnr, NULL, company.name, substr(asked.orgnr, 3, 1) < '2',
    substr(asked.orgnr, 1, 1) = '2',
    CASE WHEN (SELECT count(*) FROM warehouse.known.companies) > 0
        THEN company.orgnr IS NOT NULL END,
    NULL, 'number', 1.0, company.ref
FROM prep.asked AS asked
LEFT JOIN (
    SELECT orgnr, min(name) AS name, min(ref) AS ref FROM warehouse.known.companies
    WHERE orgnr IN (SELECT orgnr FROM prep.asked) GROUP BY orgnr
) AS company ON company.orgnr = asked.orgnr
WHERE asked.orgnr NOT IN (
    SELECT orgnr FROM warehouse.identity.suppliers WHERE orgnr IS NOT NULL)

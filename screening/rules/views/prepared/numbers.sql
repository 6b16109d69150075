-- Who a row of our own records is about: by organisationsnummer, else by supplier number.
SELECT 'orgnr ' || orgnr AS number, min(supplier_id) AS supplier_id
FROM prep.who WHERE orgnr IS NOT NULL GROUP BY orgnr
UNION ALL
SELECT 'no ' || supplier_no, supplier_id FROM warehouse.identity.supplier_numbers

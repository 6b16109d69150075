-- Names on invoices beside every name that the registers have or had for the supplier's number.
WITH named AS (
    SELECT DISTINCT party.supplier_id, party.supplier_name AS name
    FROM warehouse.identity.parties AS party
    JOIN prep.who AS who USING (supplier_id)
    WHERE party.supplier_name IS NOT NULL AND who.orgnr IS NOT NULL
        AND NOT who.is_sole_trader AND party.match_method IN ('number', 'register')
), known AS (
    SELECT who.supplier_id, company.name
    FROM warehouse.known.companies_versions AS company
    JOIN prep.who AS who USING (orgnr)
    UNION
    SELECT numbered.supplier_id, held.name
    FROM warehouse.known.suppliers_versions AS held
    JOIN warehouse.identity.supplier_numbers AS numbered USING (supplier_no)
)
SELECT DISTINCT named.supplier_id, named.name, known.name AS known_name
FROM named JOIN known USING (supplier_id)
WHERE known.name IS NOT NULL

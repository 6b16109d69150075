-- Numbers are taken out of whatever the register says; a text without any says that there are none.
WITH named AS (
    SELECT
        held.supplier_id, held.contract_no, held.ref,
        regexp_extract_all(held.subcontractors,
            '\b(?:16|18|19|20|SE)?([0-9]{6}[-+]?[0-9]{4})(?:0[1-9])?\b', 1) AS numbers
    FROM prep.contracts AS held
    WHERE held.supplier_id IS NOT NULL AND trim(held.subcontractors) <> ''
)
SELECT supplier_id, contract_no, regexp_replace(unnest(numbers), '[^0-9]', '', 'g') AS orgnr, ref FROM named
UNION ALL
SELECT supplier_id, contract_no, NULL, ref FROM named WHERE len(numbers) = 0

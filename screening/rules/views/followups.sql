-- A follow-up that names no supplier is about the one supplier of its contract.
WITH held AS (
    SELECT contract_no, min(supplier_id) AS supplier_id
    FROM prep.contracts WHERE supplier_id IS NOT NULL
    GROUP BY contract_no HAVING count(DISTINCT supplier_id) = 1
)
SELECT
    done.contract_no,
    coalesce(by_orgnr.supplier_id, by_no.supplier_id, held.supplier_id) AS supplier_id,
    done.done_on, done.kind, done.outcome, done.ref
FROM warehouse.known.followups AS done
LEFT JOIN prep.numbers AS by_orgnr ON by_orgnr.number = 'orgnr ' || done.orgnr
LEFT JOIN prep.numbers AS by_no ON by_no.number = 'no ' || done.supplier_no
LEFT JOIN held ON held.contract_no = done.contract_no
    AND done.orgnr IS NULL AND done.supplier_no IS NULL
WHERE done.done_on <= $as_of
    AND coalesce(by_orgnr.supplier_id, by_no.supplier_id, held.supplier_id) IS NOT NULL

SELECT
    supplier.supplier_id, visit.worker_id,
    CASE WHEN TRY_CAST(visit.worker_id AS BIGINT) IS NOT NULL THEN length(visit.worker_id) END
        AS worker_digits,
    visit.client_id, visit.service,
    visit.start AS started_at, visit."end" AS ended_at, visit.source, visit.unit, visit.ref
FROM warehouse.known.time_reports AS visit
JOIN (
    SELECT orgnr, min(supplier_id) AS supplier_id FROM prep.who
    WHERE orgnr IS NOT NULL GROUP BY orgnr
) AS supplier USING (orgnr)
WHERE visit.start <= $as_of + INTERVAL 1 DAY

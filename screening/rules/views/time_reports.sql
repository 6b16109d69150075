-- Visits, and what the worker did before each. Short serial numbers may mean different persons at
-- different suppliers; a visit of more than a day is no measure of time at work.
WITH visits AS (
    SELECT
        supplier.supplier_id, visit.worker_id, visit.client_id, visit.service,
        visit.start AS started_at, visit."end" AS ended_at, visit.source, visit.unit,
        visit.employer_orgnr, visit.ref,
        CASE WHEN TRY_CAST(visit.worker_id AS BIGINT) IS NOT NULL THEN length(visit.worker_id) END
            AS worker_digits,
        date_diff('second', visit.start, visit."end") / 60.0 AS minutes,
        date_diff('second', visit.start, visit."end") <= 86400 AS is_counted
    FROM warehouse.known.time_reports AS visit
    JOIN (
        SELECT orgnr, min(supplier_id) AS supplier_id FROM prep.who
        WHERE orgnr IS NOT NULL GROUP BY orgnr
    ) AS supplier USING (orgnr)
    WHERE visit.start <= $as_of + INTERVAL 1 DAY
), keyed AS (
    SELECT *, CASE WHEN worker_digits <= 4 THEN supplier_id || ' ' || worker_id ELSE worker_id END
        AS worker_key
    FROM visits
), after_others AS (
    SELECT
        *, max(ended_at) OVER earlier AS busy_until, lag(client_id) OVER visited AS client_before,
        lag(ref) OVER visited AS ref_before
    FROM keyed
    WINDOW
        visited AS (PARTITION BY is_counted, worker_key ORDER BY started_at, ended_at, ref),
        earlier AS (
            PARTITION BY is_counted, worker_key ORDER BY started_at, ended_at, ref
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT
    supplier_id, worker_id, worker_digits, worker_key, client_id, service, started_at, ended_at, source, unit,
    employer_orgnr, minutes,
    CASE WHEN is_counted THEN greatest(0, minutes - greatest(
        0, coalesce(date_diff('second', started_at, busy_until) / 60.0, 0))) END AS added_minutes,
    CASE WHEN is_counted THEN date_diff('second', busy_until, started_at) / 60.0 END
        AS pause_minutes,
    CASE WHEN is_counted THEN client_before <> client_id END AS is_other_client,
    CASE WHEN is_counted THEN ref_before END AS ref_before,
    ref
FROM after_others

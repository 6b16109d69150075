-- A decision that names no provider counts for every one that visited the client that month.
WITH months AS (
    SELECT (date_trunc('month', $as_of) - to_months(turn::INTEGER))::DATE AS month
    FROM range(13) AS back(turn)
), held AS (
    SELECT
        granted.client_id, granted.supplier_id, service.permit_type, months.month, granted.ref,
        granted.hours_per_month * greatest(0, 1 + date_diff(
            'day', greatest(granted.valid_from, months.month),
            least(coalesce(granted.valid_to, last_day(months.month)), last_day(months.month))))
            / day(last_day(months.month)) AS hours
    FROM screen.granted_help AS granted
    JOIN prep.help_services AS service ON service.service = granted.service
    JOIN months ON granted.valid_from <= last_day(months.month)
        AND coalesce(granted.valid_to, months.month) >= months.month
), visited AS (
    SELECT DISTINCT
        visit.client_id, visit.supplier_id, service.permit_type,
        date_trunc('month', visit.started_at)::DATE AS month
    FROM screen.time_reports AS visit
    JOIN prep.help_services AS service ON service.service = visit.service
    WHERE visit.client_id IN (SELECT client_id FROM held WHERE supplier_id IS NULL)
)
SELECT supplier_id, permit_type, month, hours, ref FROM held WHERE supplier_id IS NOT NULL
UNION ALL
SELECT visited.supplier_id, held.permit_type, held.month, held.hours, held.ref
FROM held JOIN visited USING (client_id, permit_type, month)
WHERE held.supplier_id IS NULL

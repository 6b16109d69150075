-- A visit of more than a day is a slip of the pen, and must not hide what is lacking.
SELECT
    visit.supplier_id, service.permit_type, date_trunc('month', visit.started_at)::DATE AS month,
    sum(visit.minutes) / 60 AS hours, count(*) AS visits, min(visit.started_at)::DATE AS first_on,
    max(visit.started_at)::DATE AS last_on, min(visit.ref) AS ref
FROM screen.time_reports AS visit
JOIN prep.help_services AS service ON service.service = visit.service
WHERE visit.added_minutes IS NOT NULL
GROUP BY visit.supplier_id, service.permit_type, 3

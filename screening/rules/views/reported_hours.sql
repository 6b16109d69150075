SELECT
    visit.supplier_id, service.permit_type, date_trunc('month', visit.started_at)::DATE AS month,
    sum(visit.minutes) / 60 AS hours, count(*) AS visits, min(visit.started_at)::DATE AS first_on,
    max(visit.started_at)::DATE AS last_on, min(visit.ref) AS ref
FROM screen.time_reports AS visit
JOIN prep.help_services AS service ON service.service = visit.service
GROUP BY visit.supplier_id, service.permit_type, 3

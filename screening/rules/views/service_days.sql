SELECT
    line.supplier_id, min(line.orgnr) AS orgnr, line.permit_type,
    coalesce(line.service_from, line.invoice_date) AS service_date,
    CASE WHEN line.service_from IS NULL THEN line.is_month_only
        ELSE line.is_service_month_only END AS is_month_only,
    sum(line.amount_sek) AS amount_sek, min(line.match_confidence) AS match_confidence, min(line.ref) AS ref
FROM screen.invoice_lines AS line
WHERE line.permit_type IS NOT NULL
GROUP BY line.supplier_id, line.permit_type, 4, 5

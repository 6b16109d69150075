-- The ledger tells sums, the XML invoice hours: where there are both, the XML invoice's lines count.
WITH told AS (
    SELECT
        line.*, agreed.service_area,
        sign(line.amount_sek) * abs(line.quantity)
            / CASE WHEN lower(trim(line.unit)) IN ('min', 'minut', 'minuter') THEN 60 ELSE 1 END
            AS hours,
        date_trunc('month', line.service_from)::DATE AS first_month,
        1 + date_diff('month', line.service_from, coalesce(line.service_to, line.service_from))
            AS months
    FROM prep.lines AS line
    LEFT JOIN prep.documents AS document
        ON document.supplier_id = line.supplier_id AND document.invoice_no = line.invoice_no
    LEFT JOIN prep.contract_areas AS agreed
        ON agreed.supplier_id = line.supplier_id AND agreed.contract_no = line.contract_no
    WHERE lower(trim(line.unit)) IN ('hur', 'h', 'tim', 'tim.', 'timme', 'timmar', 'hour', 'hours',
            'min', 'minut', 'minuter')
        AND line.quantity IS NOT NULL AND line.service_from IS NOT NULL
        AND (line.is_document OR document.invoice_no IS NULL)
), spread AS (
    SELECT *, unnest(range(months)) AS turn FROM told WHERE months BETWEEN 1 AND 12
)
SELECT
    line.supplier_id, service.permit_type,
    (line.first_month + to_months(line.turn::INTEGER))::DATE AS month, line.hours / line.months AS hours,
    line.amount_sek / line.months AS amount_sek, line.match_confidence, line.ref
FROM spread AS line
JOIN prep.services AS service
    ON service.account_no IS NOT DISTINCT FROM line.account_no
    AND service.account_text IS NOT DISTINCT FROM line.account_text
    AND service.description IS NOT DISTINCT FROM line.description
    AND service.service_area IS NOT DISTINCT FROM line.service_area
WHERE service.permit_type IS NOT NULL

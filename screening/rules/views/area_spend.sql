-- The last year's purchases on contracts, by supplier and the contract's service area.
WITH bought AS (
    SELECT
        line.supplier_id, lower(trim(agreed.service_area)) AS service_area,
        sum(line.amount_sek) AS amount_sek, min(line.match_confidence) AS match_confidence,
        min(line.ref) AS ref
    FROM (
        SELECT supplier_id, contract_no, sum(amount_sek) AS amount_sek,
            min(match_confidence) AS match_confidence, min(ref) AS ref
        FROM screen.invoice_lines
        WHERE contract_no IS NOT NULL AND invoice_date > $as_of - 365
        GROUP BY supplier_id, contract_no
    ) AS line
    JOIN prep.contract_areas AS agreed
        ON agreed.supplier_id = line.supplier_id AND agreed.contract_no = line.contract_no
    WHERE agreed.service_area IS NOT NULL
    GROUP BY line.supplier_id, lower(trim(agreed.service_area))
), held AS (
    SELECT supplier_id, lower(trim(service_area)) AS service_area, list(ref ORDER BY ref) AS refs
    FROM screen.contracts WHERE service_area IS NOT NULL
    GROUP BY supplier_id, lower(trim(service_area))
)
SELECT
    bought.supplier_id, bought.service_area, bought.amount_sek,
    sum(bought.amount_sek) OVER area AS area_sek, count(*) OVER area AS suppliers,
    bought.match_confidence, list_append(held.refs, bought.ref) AS refs
FROM bought
LEFT JOIN held USING (supplier_id, service_area)
WINDOW area AS (PARTITION BY bought.service_area)

SELECT
    line.supplier_id, line.buyer_unit,
    CAST(date_trunc('month', line.invoice_date) AS DATE) AS month,
    coalesce(sum(line.amount_sek) FILTER (WHERE line.channel NOT IN ('pdf', 'papper')), 0)
        AS electronic_sek,
    coalesce(sum(line.amount_sek) FILTER (WHERE line.channel IN ('pdf', 'papper')), 0)
        AS other_sek,
    min(line.match_confidence) AS match_confidence,
    coalesce(min(line.ref) FILTER (WHERE line.channel IN ('pdf', 'papper')), min(line.ref)) AS ref
FROM screen.invoice_lines AS line
WHERE line.channel IS NOT NULL AND line.buyer_unit IS NOT NULL
GROUP BY line.supplier_id, line.buyer_unit, 3

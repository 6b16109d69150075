SELECT
    supplier_id, date_trunc('month', invoice_date)::DATE AS month, sum(amount_sek) AS amount_sek,
    coalesce(sum(amount_sek) FILTER (WHERE is_labour_heavy), 0) AS labour_heavy_sek,
    count(DISTINCT invoice_id) AS invoice_count
FROM screen.invoice_lines
GROUP BY supplier_id, 2

WITH paid AS (
    SELECT
        supplier_id, date_trunc('month', invoice_date)::DATE AS month,
        sum(amount_sek) AS amount_sek,
        coalesce(sum(amount_sek) FILTER (WHERE is_labour_heavy), 0) AS labour_heavy_sek
    FROM screen.invoice_lines GROUP BY ALL
), counted AS (
    SELECT supplier_id, date_trunc('month', invoice_date)::DATE AS month, count(*) AS invoice_count
    FROM screen.invoices GROUP BY ALL
)
SELECT supplier_id, month, amount_sek, labour_heavy_sek, invoice_count
FROM paid JOIN counted USING (supplier_id, month)

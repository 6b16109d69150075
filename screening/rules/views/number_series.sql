-- The numbers that a supplier puts on our invoices, one row per series: what stands before the
-- last figures tells series apart.
WITH numbered AS (
    SELECT supplier_id, regexp_extract(invoice_no, '^(.*?)[0-9]+[^0-9]*$', 1) AS prefix,
        try_cast(regexp_extract(invoice_no, '([0-9]{1,12})[^0-9]*$', 1) AS BIGINT) AS number,
        max(amount_sek) AS amount_sek, min(match_confidence) AS match_confidence,
        min(ref) AS ref, max(invoice_date) AS invoice_date
    FROM screen.invoices
    WHERE invoice_date > $as_of - 365 AND invoice_no IS NOT NULL
    GROUP BY 1, 2, 3
), followed AS (
    SELECT *, number - lag(number) OVER (PARTITION BY supplier_id, prefix ORDER BY number) AS step
    FROM numbered WHERE number IS NOT NULL
)
SELECT
    supplier_id, prefix, count(*) AS numbers, count(step) AS steps,
    count(*) FILTER (WHERE step = 1) AS steps_of_one, sum(amount_sek) AS amount_sek,
    min(number) AS first_number, max(number) AS last_number,
    min(match_confidence) AS match_confidence,
    list_transform(max({'on': invoice_date, 'ref': ref}, 12), lambda row: row.ref) AS refs
FROM followed GROUP BY supplier_id, prefix HAVING count(*) >= 5

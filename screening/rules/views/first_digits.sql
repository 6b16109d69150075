-- First figures of the different amounts of suppliers with many of them: a price that comes again
-- and again counts once.
WITH many AS (
    SELECT supplier_id FROM screen.invoices
    WHERE invoice_date > $as_of - 365 GROUP BY supplier_id HAVING count(*) >= 100
), amounts AS (
    SELECT supplier_id, amount_sek, count(*) AS invoices, min(ref) AS ref,
        min(match_confidence) AS match_confidence
    FROM screen.invoices JOIN many USING (supplier_id)
    WHERE invoice_date > $as_of - 365 AND amount_sek >= 10
    GROUP BY supplier_id, amount_sek
), spread AS (
    SELECT supplier_id, stddev_pop(log10(amount_sek)) AS spread FROM amounts GROUP BY supplier_id
)
SELECT
    supplier_id, substr(floor(amount_sek)::BIGINT::VARCHAR, 1, 1)::BIGINT AS digit,
    log10(1 + 1 / digit) AS expected_share, count(*) AS amounts, sum(invoices)::BIGINT AS invoice_count,
    sum(amount_sek * invoices) AS amount_sek, any_value(spread) AS spread,
    min(match_confidence) AS match_confidence,
    list_transform(max({'sek': amount_sek, 'ref': ref}, 12), lambda row: row.ref) AS refs
FROM amounts JOIN spread USING (supplier_id)
GROUP BY supplier_id, digit

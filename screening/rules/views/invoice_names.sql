WITH billed AS (
    SELECT
        supplier_id, supplier_name AS name, sum(amount_sek) AS amount_sek,
        count(DISTINCT invoice_id) AS invoice_count, max(invoice_date) AS last_on,
        min(match_confidence) AS match_confidence,
        max({'sek': amount_sek, 'ref': ref}, 12) FILTER (WHERE amount_sek > 0) AS largest
    FROM prep.lines
    WHERE invoice_date > $as_of - 365 AND supplier_name IS NOT NULL
    GROUP BY supplier_id, supplier_name
), judged AS (
    SELECT supplier_id, name, bool_or(fits) AS fits, count(*) AS known_names
    FROM prep.name_fits GROUP BY supplier_id, name
)
SELECT
    billed.supplier_id, billed.name, judged.fits, judged.known_names, billed.amount_sek,
    billed.invoice_count, billed.last_on, billed.match_confidence,
    list_transform(billed.largest, lambda row: row.ref) AS refs
FROM billed JOIN judged USING (supplier_id, name)

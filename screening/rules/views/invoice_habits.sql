-- How a supplier invoices: sums over its invoices of the past year, credit notes left out.
WITH recent AS (
    SELECT
        invoice.*, file.has_own_dates AND NOT coalesce(invoice.is_month_only, false)
            -- The first and the last day of a month are set by the calendar, not by a desk.
            AND day(invoice_date) > 1 AND invoice_date <> last_day(invoice_date) AS is_dated,
        isodow(invoice_date) >= 6 OR invoice_date IN (SELECT day FROM prep.public_holidays)
            AS is_day_off,
        amount_sek >= 10000 AND amount_sek % 5000 = 0 AS is_round
    FROM screen.invoices AS invoice
    LEFT JOIN prep.dated_files AS file ON file.file_id = invoice.ref >> 32
    WHERE invoice_date > $as_of - 365 AND amount_sek > 0
)
SELECT
    supplier_id, count(*) AS invoice_count, sum(amount_sek) AS amount_sek,
    coalesce(sum(amount_sek) FILTER (WHERE needs_permit), 0) AS permit_sek,
    count(*) FILTER (WHERE is_dated) AS dated_count,
    count(*) FILTER (WHERE is_dated AND is_day_off) AS day_off_count,
    coalesce(sum(amount_sek) FILTER (WHERE is_dated AND is_day_off), 0) AS day_off_sek,
    list_transform(max({'on': invoice_date, 'ref': ref}, 12)
        FILTER (WHERE is_dated AND is_day_off), lambda row: row.ref) AS day_off_refs,
    count(DISTINCT amount_sek) FILTER (WHERE amount_sek >= 10000) AS large_amounts,
    count(DISTINCT amount_sek) FILTER (WHERE is_round) AS round_amounts,
    count(*) FILTER (WHERE amount_sek >= 10000) AS large_count,
    count(*) FILTER (WHERE is_round) AS round_count,
    coalesce(sum(amount_sek) FILTER (WHERE is_round), 0) AS round_sek,
    list_transform(max({'sek': amount_sek, 'ref': ref}, 12) FILTER (WHERE is_round),
        lambda row: row.ref) AS round_refs,
    min(match_confidence) AS match_confidence
FROM recent GROUP BY supplier_id

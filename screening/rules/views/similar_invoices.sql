-- Pairs of invoices of one supplier and amount in the past year. Amounts that come more than four
-- times are prices, and no pairs are made of them.
WITH recent AS (
    SELECT * FROM screen.invoices WHERE invoice_date > $as_of - 365 AND amount_sek <> 0
), sums AS (
    SELECT supplier_id, abs(amount_sek) AS sek, count(*) FILTER (WHERE amount_sek > 0) AS times,
        count(*) FILTER (WHERE amount_sek < 0) AS credits
    FROM recent GROUP BY supplier_id, 2
    HAVING times BETWEEN 2 AND 4
), candidates AS (
    SELECT
        invoice.*, sums.times, sums.credits,
        upper(regexp_replace(invoice_no, '[^0-9A-Za-zÅÄÖåäö]', '', 'g')) AS plain,
        ltrim(regexp_replace(invoice_no, '[^0-9]', '', 'g'), '0') AS digits
    FROM recent AS invoice
    JOIN sums ON sums.supplier_id = invoice.supplier_id AND sums.sek = invoice.amount_sek
    WHERE invoice_no IS NOT NULL
)
SELECT
    one.supplier_id, one.amount_sek, one.times, one.credits,
    one.invoice_date AS first_on, other.invoice_date AS second_on,
    date_diff('day', one.invoice_date, other.invoice_date) AS days_apart,
    coalesce(one.is_month_only OR other.is_month_only, false) AS is_month_only,
    one.plain = other.plain AND one.invoice_no <> other.invoice_no
        OR one.digits = other.digits AND one.plain <> other.plain AND length(one.digits) >= 3
        AS is_written_otherwise,
    -- Two neighbouring figures exchanged, or one too many: a slip of the hand. One figure that is
    -- another is left out, for that is what the next number looks like.
    coalesce(
        length(one.digits) >= 4 AND one.digits <> other.digits
            AND damerau_levenshtein(one.plain, other.plain) = 1
            AND (length(one.plain) <> length(other.plain)
                OR levenshtein(one.plain, other.plain) = 2), false) AS is_slip,
    one.buyer_unit IS NOT DISTINCT FROM other.buyer_unit AS is_same_unit,
    one.contract_no IS NOT NULL AND other.contract_no IS NOT NULL AS has_contract,
    one.needs_permit OR other.needs_permit AS needs_permit,
    least(one.match_confidence, other.match_confidence) AS match_confidence,
    [one.ref, other.ref] AS refs
FROM candidates AS one
JOIN candidates AS other ON other.supplier_id = one.supplier_id
    AND other.amount_sek = one.amount_sek AND other.invoice_no <> one.invoice_no
    AND (other.invoice_date > one.invoice_date
        OR other.invoice_date = one.invoice_date AND other.ref > one.ref)
    -- The same booking may be there once more, under one voucher.
    AND other.voucher_no IS DISTINCT FROM one.voucher_no

-- Prices per unit of the past year, beside those of others for the same service in the same unit.
-- A service is a permit type, else an account. Units are words for hours, days and nights, months.
WITH priced AS (
    SELECT
        supplier_id, coalesce(permit_type, account_no || ' ' || lower(trim(account_text)),
            account_no, lower(trim(account_text))) AS service,
        CASE
            WHEN regexp_full_match(lower(trim(unit)), 't|h|hur|tim|tim\.|timme|timmar|hour|hours')
                THEN 'timme'
            WHEN regexp_full_match(lower(trim(unit)), 'd|day|dag|dagar|dygn|vårddygn|natt|nätter')
                THEN 'dygn'
            WHEN regexp_full_match(lower(trim(unit)), 'mån|mån\.|man|månad|månader|mon|month')
                THEN 'månad'
            ELSE lower(trim(unit)) END AS unit,
        unit_price, quantity, amount_sek, match_confidence, ref
    FROM screen.invoice_lines
    WHERE invoice_date > $as_of - 365 AND unit_price > 0 AND amount_sek > 0
        -- A piece can be anything.
        AND lower(trim(unit)) NOT IN ('c62', 'ea', 'pce', 'xpp', 'st', 'st.', 'styck')
), own AS (
    SELECT
        supplier_id, service, unit, median(unit_price) AS unit_price, count(*) AS line_count,
        sum(amount_sek) AS amount_sek, min(match_confidence) AS match_confidence,
        max({'sek': amount_sek, 'ref': ref}, 12) AS largest
    FROM priced WHERE service IS NOT NULL GROUP BY supplier_id, service, unit
), everybody AS (
    SELECT service, unit, count(*) AS suppliers, quantile_cont(unit_price, 0.25) AS low_price,
        median(unit_price) AS usual_price, quantile_cont(unit_price, 0.75) AS high_price
    FROM own WHERE line_count >= 3 GROUP BY service, unit
)
SELECT
    own.supplier_id, own.service, own.unit, own.unit_price, own.line_count, own.amount_sek,
    everybody.suppliers, everybody.low_price, everybody.usual_price, everybody.high_price,
    own.match_confidence, list_transform(own.largest, lambda row: row.ref) AS refs
FROM own JOIN everybody USING (service, unit)
WHERE own.line_count >= 3

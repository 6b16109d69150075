-- What a supplier was paid for, beside the lines of business that the register has for it.
WITH bought AS (
    SELECT
        supplier_id, permit_type IS NOT NULL AS needs_permit, account_text,
        sum(amount_sek) AS amount_sek, min(ref) AS ref
    FROM screen.invoice_lines WHERE invoice_date > $as_of - 365
    GROUP BY 1, 2, 3
), lined AS (
    SELECT
        bought.supplier_id, CASE WHEN bought.needs_permit
            THEN (SELECT min(service_line) FROM prep.permit_line) ELSE account.service_line END
            AS service_line,
        sum(bought.amount_sek) AS amount_sek, list(bought.ref ORDER BY bought.ref) AS refs
    FROM bought LEFT JOIN prep.account_lines AS account USING (account_text)
    GROUP BY 1, 2
), divided AS (
    SELECT DISTINCT orgnr, substr(regexp_replace(code, '[^0-9]', '', 'g'), 1, 2) AS division
    FROM (
        SELECT orgnr, unnest(string_split(sni_codes, ',')) AS code FROM screen.companies
        WHERE is_supplier AND sni_codes IS NOT NULL)
)
SELECT
    lined.supplier_id, lined.service_line, lined.amount_sek AS amount_12m_sek,
    count(*) AS divisions, count(far.division) AS far_divisions,
    string_agg(divided.division, ', ' ORDER BY divided.division) AS division_codes, lined.refs
FROM lined
JOIN prep.who AS supplier USING (supplier_id)
JOIN divided ON divided.orgnr = supplier.orgnr AND divided.division <> ''
LEFT JOIN prep.far_divisions AS far
    ON far.service_line = lined.service_line AND far.division = divided.division
WHERE lined.service_line IS NOT NULL
GROUP BY lined.supplier_id, lined.service_line, lined.amount_sek, lined.refs

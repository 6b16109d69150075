WITH bought AS (
    SELECT
        supplier_id, min(invoice_date) AS first_invoice_on, max(invoice_date) AS last_invoice_on,
        sum(amount_sek) FILTER (WHERE invoice_date > $as_of - 365) AS spend_12m_sek,
        count(*) FILTER (WHERE invoice_date > $as_of - 365) AS invoice_count_12m
    FROM screen.invoices GROUP BY supplier_id
), worked AS (
    SELECT supplier_id, sum(amount_sek) AS labour_heavy_12m_sek
    FROM screen.invoice_lines WHERE is_labour_heavy AND invoice_date > $as_of - 365
    GROUP BY supplier_id
), agreed AS (
    SELECT supplier_id, max(criticality) AS criticality
    FROM screen.contracts
    WHERE valid_from <= $as_of AND (valid_to IS NULL OR valid_to >= $as_of)
    GROUP BY supplier_id
), registered AS (
    SELECT numbered.supplier_id, min(held.created_on) AS created_on
    FROM warehouse.known.suppliers AS held
    JOIN warehouse.identity.supplier_numbers AS numbered USING (supplier_no)
    GROUP BY numbered.supplier_id
)
SELECT
    who.supplier_id, who.orgnr, who.supplier_no, who.name, who.is_sole_trader, who.is_public_body,
    substr(who.orgnr, 1, 1) IN ('5', '7', '9') AS is_registrable, who.in_register, registered.created_on,
    bought.first_invoice_on, bought.last_invoice_on,
    coalesce(bought.spend_12m_sek, 0) AS spend_12m_sek,
    coalesce(bought.invoice_count_12m, 0) AS invoice_count_12m,
    coalesce(worked.labour_heavy_12m_sek, 0) AS labour_heavy_12m_sek,
    agreed.criticality, who.address_key, who.match_method, who.match_confidence, who.ref
FROM prep.who AS who
LEFT JOIN bought USING (supplier_id)
LEFT JOIN worked USING (supplier_id)
LEFT JOIN agreed USING (supplier_id)
LEFT JOIN registered USING (supplier_id)

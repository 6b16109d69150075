-- Number, date and supplier are the same on all lines of an invoice, so any of them will do.
SELECT
    invoice_id, any_value(supplier_id) AS supplier_id, any_value(orgnr) AS orgnr,
    any_value(invoice_no) AS invoice_no, any_value(invoice_date) AS invoice_date,
    bool_or(is_month_only) AS is_month_only,
    min(booking_date) AS booking_date, min(paid_on) AS paid_on,
    sum(amount_sek) AS amount_sek, coalesce(sum(vat_sek), min(document_vat_sek)) AS vat_sek,
    min(buyer_unit) AS buyer_unit, min(contract_no) AS contract_no,
    min(voucher_no) AS voucher_no, min(payee_account) AS payee_account,
    count(*) AS line_count, bool_or(permit_type IS NOT NULL) AS needs_permit,
    min(match_confidence) AS match_confidence, min(ref) AS ref
FROM prep.lines
WHERE is_counted
GROUP BY invoice_id

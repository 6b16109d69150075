SELECT
    line.invoice_id, min(line.supplier_id) AS supplier_id, min(line.orgnr) AS orgnr,
    min(line.invoice_no) AS invoice_no, min(line.invoice_date) AS invoice_date,
    bool_or(line.is_month_only) AS is_month_only,
    any_value(detail.booking_date) AS booking_date, any_value(detail.paid_on) AS paid_on,
    sum(line.amount_sek) AS amount_sek, any_value(detail.vat_sek) AS vat_sek,
    min(line.buyer_unit) AS buyer_unit, min(line.contract_no) AS contract_no,
    any_value(detail.voucher_no) AS voucher_no, any_value(detail.payee_account) AS payee_account,
    count(*) AS line_count, bool_or(line.permit_type IS NOT NULL) AS needs_permit,
    min(line.match_confidence) AS match_confidence, min(line.ref) AS ref
FROM screen.invoice_lines AS line
JOIN prep.invoice_details AS detail USING (invoice_id)
GROUP BY line.invoice_id

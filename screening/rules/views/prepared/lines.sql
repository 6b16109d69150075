-- Every invoice line with its supplier; `is_document` marks lines read from invoice documents.
SELECT
    CASE
        WHEN line.invoice_no IS NOT NULL THEN hash(
            party.supplier_id, line.invoice_no, line.invoice_date, line.voucher_no, line.paid_on) >> 1
        WHEN line.voucher_no IS NOT NULL THEN hash(
            party.supplier_id, line.voucher_no, line.invoice_date, line.buyer_unit) >> 1
        ELSE line.ref
    END::BIGINT AS invoice_id,
    line.ref, line.origin, line.origin IN ('peppol', 'svefaktura') AS is_document,
    party.supplier_id, supplier.orgnr, party.match_confidence,
    line.supplier_name, line.invoice_no, line.invoice_date, coalesce(line.invoice_date_is_month, false) AS is_month_only,
    line.booking_date, line.paid_on, line.amount_sek, line.vat_sek, line.buyer_unit,
    line.account_no, line.account_text, line.description, line.quantity, line.unit,
    line.unit_price, line.service_from, coalesce(line.service_from_is_month, false) AS is_service_month,
    line.service_to, line.contract_no, line.orderer_id, line.approver_id, line.channel, line.payee_account,
    line.payee_orgnr, line.voucher_no
FROM warehouse.known.invoices AS line
JOIN warehouse.identity.parties AS party
    ON party.supplier_no IS NOT DISTINCT FROM line.supplier_no
    AND party.orgnr IS NOT DISTINCT FROM line.orgnr
    AND party.supplier_name IS NOT DISTINCT FROM line.supplier_name
JOIN prep.who AS supplier ON supplier.supplier_id = party.supplier_id
WHERE line.invoice_date <= $as_of

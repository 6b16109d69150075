-- Every invoice line with its supplier and its service, and what a document that the ledger has too
-- adds to it. `is_document` marks lines read from invoice documents; where the ledger has the same
-- invoice, the ledger's lines stand and the document's are not counted twice (`is_counted`).
SELECT
    CASE
        WHEN line.invoice_no IS NOT NULL THEN hash(
            party.supplier_id, line.invoice_no, line.invoice_date, line.voucher_no, line.paid_on) >> 1
        WHEN line.voucher_no IS NOT NULL THEN hash(
            party.supplier_id, line.voucher_no, line.invoice_date, line.buyer_unit) >> 1
        ELSE line.ref
    END::BIGINT AS invoice_id,
    line.ref, line.origin, line.origin IN ('peppol', 'svefaktura') AS is_document,
    NOT (line.origin IN ('peppol', 'svefaktura') AND document.invoice_no IS NOT NULL) AS is_counted,
    party.supplier_id, supplier.orgnr, party.match_confidence,
    line.supplier_name, line.invoice_no, line.invoice_date, coalesce(line.invoice_date_is_month, false) AS is_month_only,
    line.booking_date, line.paid_on, line.amount_sek, line.vat_sek, line.buyer_unit,
    line.account_no, line.account_text, line.description, line.quantity, line.unit,
    line.unit_price,
    coalesce(line.service_from, document.service_from) AS service_from,
    line.service_from IS NOT NULL AND coalesce(line.service_from_is_month, false)
        AS is_service_month_only,
    coalesce(line.service_to, document.service_to) AS service_to,
    line.contract_no, agreed.service_area, line.orderer_id, line.approver_id, line.channel,
    coalesce(line.payee_account, document.payee_account) AS payee_account,
    line.payee_orgnr, line.voucher_no, document.vat_sek AS document_vat_sek,
    told.permit_type, coalesce(told.is_labour_heavy, false) AS is_labour_heavy
FROM warehouse.known.invoices AS line
JOIN warehouse.identity.parties AS party
    ON party.supplier_no IS NOT DISTINCT FROM line.supplier_no
    AND party.orgnr IS NOT DISTINCT FROM line.orgnr
    AND party.supplier_name IS NOT DISTINCT FROM line.supplier_name
JOIN prep.who AS supplier ON supplier.supplier_id = party.supplier_id
LEFT JOIN prep.documents AS document
    ON document.supplier_id = party.supplier_id AND document.invoice_no = line.invoice_no
LEFT JOIN prep.contract_areas AS agreed
    ON agreed.supplier_id = party.supplier_id AND agreed.contract_no = line.contract_no
LEFT JOIN prep.services AS told
    ON told.account_no IS NOT DISTINCT FROM line.account_no
    AND told.account_text IS NOT DISTINCT FROM line.account_text
    AND told.description IS NOT DISTINCT FROM line.description
    AND told.service_area IS NOT DISTINCT FROM agreed.service_area
WHERE line.invoice_date <= $as_of

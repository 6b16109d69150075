-- Invoice documents that the ledger has too: what they add to the ledger's lines.
SELECT
    document.supplier_id, document.invoice_no,
    min(document.service_from) AS service_from, max(document.service_to) AS service_to,
    min(document.payee_account) AS payee_account, min(document.description) AS description,
    sum(document.vat_sek) AS vat_sek
FROM prep.lines AS document
WHERE document.is_document AND document.invoice_no IS NOT NULL
    AND EXISTS (
        SELECT 1 FROM prep.lines AS booked
        WHERE NOT booked.is_document AND booked.supplier_id = document.supplier_id
            AND booked.invoice_no = document.invoice_no)
GROUP BY document.supplier_id, document.invoice_no

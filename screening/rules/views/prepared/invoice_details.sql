-- What the invoice says once, on whichever of its lines.
SELECT
    line.invoice_id,
    min(line.booking_date) AS booking_date, min(line.paid_on) AS paid_on,
    coalesce(sum(line.vat_sek), min(document.vat_sek)) AS vat_sek, min(line.voucher_no) AS voucher_no,
    min(coalesce(line.payee_account, document.payee_account)) AS payee_account
FROM prep.lines AS line
LEFT JOIN prep.documents AS document
    ON document.supplier_id = line.supplier_id AND document.invoice_no = line.invoice_no
WHERE NOT (line.is_document AND document.invoice_no IS NOT NULL)
GROUP BY 1

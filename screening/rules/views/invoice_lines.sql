-- A document that the ledger has too is not counted twice: the ledger's lines stand, completed.
SELECT
    line.invoice_id,
    line.supplier_id, line.orgnr, line.invoice_no, line.invoice_date, line.is_month_only,
    line.amount_sek, line.account_no, line.account_text, line.description, line.quantity,
    line.unit, line.unit_price,
    coalesce(line.service_from, document.service_from) AS service_from,
    line.service_from IS NOT NULL AND line.is_service_month AS is_service_month_only,
    coalesce(line.service_to, document.service_to) AS service_to,
    line.buyer_unit, line.contract_no, line.orderer_id, line.approver_id,
    line.channel,
    told.permit_type, coalesce(told.is_labour_heavy, false) AS is_labour_heavy,
    line.match_confidence, line.ref
FROM prep.lines AS line
LEFT JOIN prep.documents AS document
    ON document.supplier_id = line.supplier_id AND document.invoice_no = line.invoice_no
LEFT JOIN prep.contract_areas AS agreed
    ON agreed.supplier_id = line.supplier_id AND agreed.contract_no = line.contract_no
LEFT JOIN prep.services AS told
    ON told.account_no IS NOT DISTINCT FROM line.account_no
    AND told.account_text IS NOT DISTINCT FROM line.account_text
    AND told.description IS NOT DISTINCT FROM line.description
    AND told.service_area IS NOT DISTINCT FROM agreed.service_area
WHERE NOT (line.is_document AND document.invoice_no IS NOT NULL)

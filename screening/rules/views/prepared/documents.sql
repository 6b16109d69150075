-- Invoice documents that the ledger has too: what they add to the ledger's lines.
WITH document AS (
    SELECT
        party.supplier_id, line.invoice_no, line.service_from, line.service_to, line.payee_account,
        line.description, line.vat_sek
    FROM warehouse.known.invoices AS line
    JOIN warehouse.identity.parties AS party
        ON party.supplier_no IS NOT DISTINCT FROM line.supplier_no
        AND party.orgnr IS NOT DISTINCT FROM line.orgnr
        AND party.supplier_name IS NOT DISTINCT FROM line.supplier_name
    WHERE line.origin IN ('peppol', 'svefaktura') AND line.invoice_no IS NOT NULL
        AND line.invoice_date <= $as_of
), booked AS (
    SELECT DISTINCT party.supplier_id, line.invoice_no
    FROM (
        SELECT supplier_no, orgnr, supplier_name, invoice_no FROM warehouse.known.invoices
        WHERE origin NOT IN ('peppol', 'svefaktura') AND invoice_date <= $as_of
            AND invoice_no IN (SELECT invoice_no FROM document)
    ) AS line
    JOIN warehouse.identity.parties AS party
        ON party.supplier_no IS NOT DISTINCT FROM line.supplier_no
        AND party.orgnr IS NOT DISTINCT FROM line.orgnr
        AND party.supplier_name IS NOT DISTINCT FROM line.supplier_name
)
SELECT
    supplier_id, invoice_no, min(service_from) AS service_from, max(service_to) AS service_to,
    min(payee_account) AS payee_account, min(description) AS description, sum(vat_sek) AS vat_sek
FROM document JOIN booked USING (supplier_id, invoice_no)
GROUP BY supplier_id, invoice_no

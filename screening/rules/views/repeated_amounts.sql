-- Amounts that a supplier invoiced in at least three of the past twelve months.
-- Few do, so those are looked for first, by what costs little to count.
WITH recent AS (
    SELECT * FROM screen.invoices WHERE invoice_date > $as_of - 365 AND amount_sek > 0
), often AS (
    SELECT supplier_id, amount_sek FROM recent GROUP BY supplier_id, amount_sek
    HAVING count(*) >= 3 AND date_diff('month', min(invoice_date), max(invoice_date)) >= 2
), repeated AS (
    SELECT
        supplier_id, amount_sek, count(DISTINCT date_trunc('month', invoice_date)) AS months,
        count(*) AS invoice_count, count(contract_no) AS with_contract, sum(amount_sek) AS total_sek,
        bool_or(needs_permit) AS needs_permit, min(invoice_date) AS first_on,
        max(invoice_date) AS last_on, min(match_confidence) AS match_confidence,
        max({'on': invoice_date, 'ref': ref}, 12) AS newest, min(invoice_id) AS some_invoice
    FROM recent SEMI JOIN often USING (supplier_id, amount_sek)
    GROUP BY supplier_id, amount_sek
    HAVING months >= 3
), rented AS (
    SELECT DISTINCT invoice_id FROM screen.invoice_lines
    WHERE invoice_id IN (SELECT some_invoice FROM repeated)
        AND regexp_matches(lower(account_text), 'hyra|hyror|arrende')
)
SELECT
    repeated.* EXCLUDE (newest, some_invoice), rented.invoice_id IS NOT NULL AS is_rent,
    list_transform(repeated.newest, lambda row: row.ref) AS refs
FROM repeated LEFT JOIN rented ON rented.invoice_id = repeated.some_invoice

WITH registered AS (
    SELECT numbered.supplier_id, account, account_kind, held.ref
    FROM (
        UNPIVOT (SELECT supplier_no, ref, bankgiro, plusgiro, bank_account, iban
                 FROM warehouse.known.suppliers)
        ON bankgiro, plusgiro, bank_account, iban INTO NAME account_kind VALUE account
    ) AS held
    JOIN warehouse.identity.supplier_numbers AS numbered USING (supplier_no)
), invoiced AS (
    SELECT
        line.supplier_id, line.payee_account AS account, min(line.ref) AS ref,
        bool_or(line.payee_orgnr IS NOT NULL AND line.payee_orgnr IS DISTINCT FROM line.orgnr)
            AS is_factoring
    FROM prep.lines AS line
    WHERE line.payee_account IS NOT NULL
    GROUP BY line.supplier_id, line.payee_account
)
SELECT
    supplier_id, account, account_kind, 'suppliers' AS found_in, false AS is_factoring,
    min(ref) AS ref
FROM registered GROUP BY supplier_id, account, account_kind
UNION ALL
SELECT
    supplier_id, account,
    CASE split_part(account, ':', 1)
        WHEN 'bg' THEN 'bankgiro' WHEN 'pg' THEN 'plusgiro' WHEN 'iban' THEN 'iban'
        ELSE 'bank_account' END,
    'invoices', is_factoring, ref
FROM invoiced

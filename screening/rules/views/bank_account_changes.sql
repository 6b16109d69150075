WITH registered AS (
    SELECT
        supplier_no, changed_on, true_from, ref,
        coalesce(bankgiro, plusgiro, bank_account, iban) AS account
    FROM warehouse.known.suppliers_versions
), followed AS (
    SELECT
        *, lag(account) OVER versions AS old_account, lag(true_from) OVER versions AS old_from
    FROM registered
    WINDOW versions AS (PARTITION BY supplier_no ORDER BY true_from, ref)
)
SELECT
    numbered.supplier_id,
    CASE WHEN followed.changed_on > followed.old_from AND followed.changed_on <= followed.true_from
        THEN followed.changed_on ELSE followed.true_from END AS changed_on,
    followed.old_account, followed.account AS new_account, followed.ref
FROM followed
JOIN warehouse.identity.supplier_numbers AS numbered USING (supplier_no)
WHERE followed.old_account <> followed.account

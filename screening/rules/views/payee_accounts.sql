-- Accounts that the past year's invoices ask to be paid to, beside those that the supplier register
-- has or once had. A Swedish account and its IBAN are one account: they end in the same figures.
-- Where no invoice of a supplier names an account, its only account in the register is the payee.
WITH keyed AS (
    SELECT numbered.supplier_id, held.account, held.account_kind
    FROM (
        UNPIVOT (SELECT supplier_no, bankgiro, plusgiro, bank_account, iban
                 FROM warehouse.known.suppliers_versions)
        ON bankgiro, plusgiro, bank_account, iban INTO NAME account_kind VALUE account
    ) AS held
    JOIN warehouse.identity.supplier_numbers AS numbered USING (supplier_no)
), once_held AS (
    SELECT DISTINCT supplier_id,
        CASE WHEN account_kind IN ('bankgiro', 'plusgiro') THEN account
            ELSE right(regexp_replace(account, '[^0-9]', '', 'g'), 7) END AS account_key
    FROM keyed
), in_register AS (
    SELECT
        supplier_id, count(DISTINCT account) AS accounts,
        bool_or(account_kind IN ('bankgiro', 'plusgiro')) AS has_giro,
        min(account) AS account, min(account_kind) AS account_kind, min(ref) AS ref
    FROM screen.bank_accounts WHERE found_in = 'suppliers' GROUP BY supplier_id
), used AS (
    SELECT account, count(DISTINCT supplier_id) AS sharing, bool_or(is_factoring) AS is_factoring
    FROM screen.bank_accounts GROUP BY account
), invoiced AS (
    SELECT
        supplier_id, payee_account AS account, sum(amount_sek) AS amount_sek,
        count(*) FILTER (WHERE amount_sek > 0) AS invoice_count, max(invoice_date) AS last_on,
        min(match_confidence) AS match_confidence,
        max({'sek': amount_sek, 'ref': ref}, 12) FILTER (WHERE amount_sek > 0) AS largest
    FROM screen.invoices WHERE invoice_date > $as_of - 365
    GROUP BY supplier_id, payee_account
), silent AS (
    SELECT supplier_id FROM invoiced GROUP BY supplier_id HAVING count(account) = 0
), asked AS (
    SELECT supplier_id, account, 'invoices' AS found_in, amount_sek, invoice_count, last_on,
        match_confidence, largest, NULL::BIGINT AS register_ref
    FROM invoiced WHERE account IS NOT NULL
    UNION ALL
    SELECT supplier_id, held.account, 'suppliers', invoiced.amount_sek, invoiced.invoice_count,
        invoiced.last_on, invoiced.match_confidence, invoiced.largest, held.ref
    FROM silent
    JOIN invoiced USING (supplier_id)
    JOIN in_register AS held USING (supplier_id)
    WHERE held.accounts = 1
), told AS (
    SELECT *, CASE split_part(account, ':', 1)
            WHEN 'bg' THEN 'bankgiro' WHEN 'pg' THEN 'plusgiro' WHEN 'iban' THEN 'iban'
            ELSE 'bank_account' END AS account_kind
    FROM asked
)
SELECT
    told.supplier_id, told.account, told.account_kind,
    CASE WHEN told.account_kind = 'iban' THEN substr(told.account, 6, 2) ELSE 'SE' END AS country,
    told.found_in, once_held.account_key IS NOT NULL AS is_registered,
    coalesce(held.accounts, 0) AS register_accounts, coalesce(held.has_giro, false) AS has_giro,
    coalesce(used.is_factoring, false) AS is_factoring, coalesce(used.sharing, 1) AS sharing,
    told.amount_sek, told.invoice_count, told.last_on, told.match_confidence,
    list_concat(
        list_transform(told.largest, lambda row: row.ref),
        CASE WHEN coalesce(told.register_ref, held.ref) IS NULL THEN []
            ELSE [coalesce(told.register_ref, held.ref)] END) AS refs
FROM told
LEFT JOIN in_register AS held USING (supplier_id)
LEFT JOIN used ON used.account = told.account
LEFT JOIN once_held ON once_held.supplier_id = told.supplier_id
    AND once_held.account_key = CASE
        WHEN told.account_kind IN ('bankgiro', 'plusgiro') THEN told.account
        ELSE right(regexp_replace(told.account, '[^0-9]', '', 'g'), 7) END
WHERE told.amount_sek > 0

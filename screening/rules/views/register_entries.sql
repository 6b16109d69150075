SELECT
    numbered.supplier_id, held.supplier_no, held.created_on, held.changed_on,
    coalesce(held.blocked, false) AS is_blocked,
    held.orgnr IS NOT NULL AS has_orgnr,
    coalesce(substr(held.vat_no, 1, 2) <> 'SE', false)
        OR coalesce(substr(held.iban, 1, 7) <> 'iban:SE', false) AS is_foreign,
    coalesce(held.bankgiro, held.plusgiro, held.iban, held.bank_account) AS account,
    coalesce(held.orgnr_is_wrong, false) AS is_orgnr_wrong,
    coalesce(held.vat_no_is_wrong, false) AS is_vat_no_wrong,
    coalesce(held.bankgiro_is_wrong, false) AS is_bankgiro_wrong,
    coalesce(held.plusgiro_is_wrong, false) AS is_plusgiro_wrong,
    coalesce(held.bank_account_is_wrong, false) OR coalesce(held.iban_is_wrong, false)
        AS is_bank_account_wrong,
    numbered.match_confidence, held.ref
FROM warehouse.known.suppliers AS held
JOIN warehouse.identity.supplier_numbers AS numbered USING (supplier_no)

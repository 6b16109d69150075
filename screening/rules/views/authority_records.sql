SELECT
    orgnr, authority, kind, decided_on, amount_sek, reference,
    legally_binding AS is_legally_binding, ref
FROM warehouse.known.authority_records WHERE decided_on <= $as_of AND orgnr IS NOT NULL

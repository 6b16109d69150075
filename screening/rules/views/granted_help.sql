SELECT
    granted.client_id, granted.service, chosen.supplier_id, granted.hours_per_month,
    granted.valid_from, granted.valid_to, granted.ended_reason, granted.ref
FROM warehouse.known.decisions AS granted
LEFT JOIN prep.numbers AS chosen ON chosen.number = 'orgnr ' || granted.orgnr
WHERE granted.valid_from <= $as_of

SELECT orgnr, owner_id AS owner_orgnr, share_percent, from_date, to_date, ref
FROM warehouse.known.owners
WHERE owner_type = 'company' AND length(owner_id) = 10

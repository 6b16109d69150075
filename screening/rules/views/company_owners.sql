SELECT
    orgnr, owner_id AS owner_orgnr, owner_id LIKE '2%' AS is_public_owner,
    coalesce(share_percent, share_min_percent) AS share_percent,
    from_date, to_date, ref
FROM warehouse.known.owners
WHERE owner_type = 'company' AND length(owner_id) = 10 AND orgnr IS NOT NULL

SELECT
    orgnr, owner_kind,
    CASE WHEN owner_node LIKE 'p:%' THEN substr(owner_node, 3) END AS person_key,
    CASE WHEN owner_node LIKE 'c:%' THEN substr(owner_node, 3) END AS owner_orgnr,
    -- Nodes may hold numbers of persons: what rules compare shows none.
    substr(sha256(owner_node), 1, 16) AS owner_key,
    owner_node LIKE 'c:5%' AS is_limited_company,
    share_percent, share_max_percent, steps, is_ultimate, is_told, confidence AS match_confidence,
    refs
FROM warehouse.identity.indirect_owners

SELECT
    orgnr, substr(sha256(group_id), 1, 16) AS group_key, group_companies,
    group_id = 'c:' || orgnr AS is_top, substr(sha256(head_node), 1, 16) AS head_key,
    head_node LIKE 'p:%' AS is_headed_by_person, head_companies
FROM warehouse.identity.groups

-- Where companies are, and how many others are there in the whole register.
SELECT
    substr(tie.from_node, 3) AS orgnr, mine.supplier_id, substr(tie.to_node, 3) AS address_key,
    tie.role AS kind, size.companies, size.current_companies, size.is_crowded,
    tie.source AS found_in, min(tie.ref) AS ref
FROM warehouse.identity.ties AS tie
JOIN warehouse.identity.node_sizes AS size ON size.node = tie.to_node
LEFT JOIN prep.network_nodes AS mine ON mine.node = tie.from_node
WHERE tie.kind = 'address' AND tie.is_current AND tie.from_node LIKE 'c:%'
GROUP BY ALL

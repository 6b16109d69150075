SELECT
    mine.supplier_id, mine.orgnr, other.supplier_id AS other_supplier_id,
    CASE WHEN tie.other_node LIKE 'c:%' THEN substr(tie.other_node, 3) END AS other_orgnr,
    tie.distance, tie.strength, array_to_string(tie.kinds, ', ') AS kinds, tie.refs
FROM warehouse.identity.company_ties AS tie
JOIN prep.network_nodes AS mine USING (node)
LEFT JOIN prep.network_nodes AS other ON other.node = tie.other_node

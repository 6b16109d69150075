SELECT
    mine.supplier_id, mine.orgnr, other.supplier_id AS other_supplier_id,
    CASE WHEN tie.other_node LIKE 'c:%' THEN substr(tie.other_node, 3) END AS other_orgnr,
    CASE WHEN tie.other_node LIKE 'p:%' THEN substr(tie.other_node, 3) END AS staff_person_key,
    tie.via_kind, tie.via, tie.sharing, tie.strength, tie.is_unusual, tie.is_current,
    tie.from_date, tie.to_date, tie.other_from_date, tie.other_to_date,
    tie.confidence AS match_confidence, tie.ref, tie.other_ref
FROM warehouse.identity.shared_ties AS tie
JOIN prep.network_nodes AS mine USING (node)
LEFT JOIN prep.network_nodes AS other ON other.node = tie.other_node

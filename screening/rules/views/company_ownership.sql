SELECT
    ended.orgnr, ended.owners, ended.persons, ended.persons_percent, ended.nowhere,
    ended.nowhere_percent, ended.longest_chain, ended.is_on_loop,
    CASE WHEN ended.is_on_loop THEN substr(sha256(ended.loop_node), 1, 16) END AS loop_key,
    ended.loop_companies, ended.own_percent, ended.told_percent, ended.is_cut,
    said.has_beneficial_owner, said.refs AS beneficial_refs, loop.refs
FROM warehouse.identity.ownership AS ended
LEFT JOIN (
    SELECT one.loop_node, list_sort(list(DISTINCT tie.ref)) AS refs
    FROM warehouse.identity.loop_companies AS one
    JOIN warehouse.identity.loop_companies AS two USING (loop_node)
    JOIN warehouse.identity.ties AS tie
        ON tie.kind = 'owner' AND tie.is_current AND tie.from_node = one.node
        AND tie.to_node = two.node AND tie.from_node <> tie.to_node
    GROUP BY one.loop_node
) AS loop USING (loop_node)
LEFT JOIN (
    -- Only an answer that speaks of beneficial owners can say that there is none.
    SELECT orgnr,
        bool_or(is_beneficial_owner AND owner_type <> 'unknown') AS has_beneficial_owner,
        list_sort(list(ref)) AS refs
    FROM warehouse.known.owners
    WHERE is_beneficial_owner IS NOT NULL AND orgnr IS NOT NULL
        AND coalesce(from_date, $as_of) <= $as_of AND (to_date IS NULL OR to_date > $as_of)
    GROUP BY orgnr
) AS said USING (orgnr)

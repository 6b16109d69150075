SELECT
    ended.orgnr, ended.owners, ended.persons, ended.persons_percent, ended.nowhere,
    ended.nowhere_percent, ended.longest_chain, ended.is_on_loop,
    CASE WHEN ended.is_on_loop THEN substr(sha256(ended.loop_node), 1, 16) END AS loop_key,
    ended.loop_companies, ended.own_percent, ended.told_percent, ended.is_cut, loop.refs
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

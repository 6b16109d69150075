-- Where persons are asked about one by one, the newest answer about each holds; one without a
-- prohibition is a row without a date.
WITH held AS (
    SELECT
        person.person_key, banned.from_date, banned.to_date,
        coalesce(banned.provisional, false) AS is_provisional, banned.exemption_from,
        banned.exemption_to, banned.exemption_revoked_on, person.match_confidence, banned.ref
    FROM warehouse.known.trading_prohibitions AS banned
    JOIN warehouse.identity.persons AS person
        ON person.source = 'trading_prohibitions' AND person.ref = banned.ref
    WHERE banned.from_date IS NOT NULL
        AND (banned.answered_on IS NULL OR banned.answered_on >= (
            SELECT max(answer.answered_on) FROM warehouse.known.trading_prohibitions AS answer
            WHERE answer.person_id = banned.person_id))
), matched AS (
    SELECT person_key, ref, probability, is_match, decision
    FROM warehouse.identity.listed_matches
    WHERE list = 'trading_prohibitions' AND person_key IS NOT NULL
)
-- What a person said of somebody and a prohibition holds.
SELECT held.* FROM held
ANTI JOIN (SELECT person_key, ref FROM matched WHERE decision = 'not_same') AS parted
    USING (person_key, ref)
UNION ALL
-- Somebody else by key, without a number or with a hash, who is very surely the same.
SELECT matched.person_key, held.from_date, held.to_date, held.is_provisional, held.exemption_from,
    held.exemption_to, held.exemption_revoked_on,
    least(held.match_confidence, matched.probability), held.ref
FROM held JOIN matched USING (ref)
WHERE matched.is_match AND matched.person_key <> held.person_key

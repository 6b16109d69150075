-- Where persons are asked about one by one, the newest answer about each holds; one without a
-- prohibition is a row without a date.
SELECT
    person.person_key, held.from_date, held.to_date, coalesce(held.provisional, false)
        AS is_provisional,
    held.exemption_from, held.exemption_to, held.exemption_revoked_on, person.match_confidence,
    held.ref
FROM warehouse.known.trading_prohibitions AS held
JOIN warehouse.identity.persons AS person
    ON person.source = 'trading_prohibitions' AND person.ref = held.ref
WHERE held.from_date IS NOT NULL AND (held.answered_on IS NULL OR held.answered_on >= (
    SELECT max(answer.answered_on) FROM warehouse.known.trading_prohibitions AS answer
    WHERE answer.person_id = held.person_id))

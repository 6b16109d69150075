SELECT
    person.person_key, held.from_date, held.to_date, coalesce(held.provisional, false)
        AS is_provisional,
    held.exemption_from, held.exemption_to, held.exemption_revoked_on, person.match_confidence,
    held.ref
FROM warehouse.known.trading_prohibitions AS held
JOIN warehouse.identity.persons AS person
    ON person.source = 'trading_prohibitions' AND person.ref = held.ref

SELECT
    officer.orgnr, person.person_key, 'officer' AS relation, officer.role,
    NULL::DOUBLE AS share_percent, officer.from_date, officer.to_date, person.match_confidence,
    officer.ref
FROM warehouse.known.officers AS officer
JOIN warehouse.identity.persons AS person
    ON person.source = 'officers' AND person.ref = officer.ref
UNION ALL
SELECT
    owner.orgnr, person.person_key, 'owner', 'agare', owner.share_percent, owner.from_date,
    owner.to_date, person.match_confidence, owner.ref
FROM warehouse.known.owners AS owner
JOIN warehouse.identity.persons AS person ON person.source = 'owners' AND person.ref = owner.ref
WHERE owner.owner_type = 'person'

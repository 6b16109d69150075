SELECT
    term.orgnr, person.person_key, 'officer' AS relation, term.role,
    NULL::DOUBLE AS share_percent, term.from_date, term.to_date, person.match_confidence, term.ref
FROM prep.officer_terms AS term
JOIN warehouse.identity.persons AS person
    ON person.source = 'officers' AND person.ref = term.ref
UNION ALL
SELECT
    owner.orgnr, person.person_key, 'owner', 'agare',
    coalesce(owner.share_percent, owner.share_min_percent), owner.from_date,
    owner.to_date, person.match_confidence, owner.ref
FROM warehouse.known.owners AS owner
JOIN warehouse.identity.persons AS person ON person.source = 'owners' AND person.ref = owner.ref
WHERE owner.owner_type = 'person' AND owner.orgnr IS NOT NULL
UNION ALL
-- Persons who hold together: an arrangement owns the company, and they own the arrangement. Where
-- neither share is known, nor is theirs.
SELECT
    held.orgnr, person.person_key, 'owner', 'agare',
    coalesce(owner.share_percent, owner.share_min_percent)
        * coalesce(held.share_percent, held.share_min_percent) / 100,
    greatest(owner.from_date, held.from_date), least(owner.to_date, held.to_date),
    person.match_confidence, owner.ref
FROM warehouse.known.owners AS held
JOIN warehouse.known.owners AS owner ON owner.subject_ref = held.owner_ref
JOIN warehouse.identity.persons AS person ON person.source = 'owners' AND person.ref = owner.ref
WHERE held.owner_type = 'arrangement' AND held.orgnr IS NOT NULL AND owner.owner_type = 'person'

-- Answers without dates of posts: who is in a company's whole answer and was not in the first one
-- came by then; who is not in the newest one has left by then.
WITH answered AS (
    SELECT orgnr, min(answered_on) AS first_day, max(answered_on) AS last_day
    FROM warehouse.known.officers_versions WHERE is_whole_answer GROUP BY orgnr
), seen AS (
    SELECT ref, min(answered_on) OVER (PARTITION BY key_hash) AS since
    FROM warehouse.known.officers_versions
)
SELECT
    officer.orgnr, person.person_key, 'officer' AS relation, officer.role,
    NULL::DOUBLE AS share_percent,
    coalesce(officer.from_date, CASE WHEN seen.since > answered.first_day THEN seen.since END)
        AS from_date,
    coalesce(officer.to_date,
        CASE WHEN officer.answered_on < answered.last_day THEN answered.last_day END) AS to_date,
    person.match_confidence, officer.ref
FROM warehouse.known.officers AS officer
JOIN warehouse.identity.persons AS person
    ON person.source = 'officers' AND person.ref = officer.ref
JOIN seen ON seen.ref = officer.ref
LEFT JOIN answered ON answered.orgnr = officer.orgnr
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

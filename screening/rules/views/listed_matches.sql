-- Who is, or may be, on a list, beside each supplier that it is about: the supplier itself, a person
-- who owns or leads it, a company that owns it or sits on its board.
WITH listed AS (
    SELECT * FROM warehouse.identity.listed_matches
), holder AS (
    SELECT owner.orgnr, 'owner' AS relation, 'agare' AS role,
        coalesce(owner.share_percent, owner.share_min_percent) AS share_percent, owner.from_date,
        owner.to_date, owner.ref AS tie_ref, owner.owner_id AS holder_orgnr
    FROM warehouse.known.owners AS owner
    WHERE owner.owner_type = 'company' AND owner.orgnr IS NOT NULL
    UNION ALL
    SELECT officer.orgnr, 'officer', officer.role, NULL, officer.from_date, officer.to_date,
        officer.ref, officer.officer_orgnr
    FROM warehouse.known.officers AS officer WHERE officer.officer_type = 'company'
), tied AS (
    SELECT listed.subject_key, listed.entry_id, listed.ref, who.supplier_id, who.orgnr,
        'self' AS relation, 'leverantor' AS role, NULL::DOUBLE AS share_percent, NULL::DATE AS tie_from,
        NULL::DATE AS tie_to, who.match_confidence, who.ref AS tie_ref
    FROM listed JOIN prep.who AS who
        ON who.supplier_id = listed.supplier_id
        OR (listed.supplier_id IS NULL AND listed.subject_kind = 'company'
            AND who.orgnr = listed.orgnr)
    UNION ALL
    SELECT listed.subject_key, listed.entry_id, listed.ref, who.supplier_id, who.orgnr,
        person.relation, person.role, person.share_percent, person.from_date, person.to_date,
        least(who.match_confidence, person.match_confidence), person.ref
    FROM listed
    JOIN screen.company_people AS person ON person.person_key = listed.person_key
    JOIN prep.who AS who ON who.orgnr = person.orgnr
    UNION ALL
    SELECT listed.subject_key, listed.entry_id, listed.ref, who.supplier_id, who.orgnr,
        holder.relation, holder.role, holder.share_percent, holder.from_date, holder.to_date,
        who.match_confidence, holder.tie_ref
    FROM listed
    JOIN holder ON CASE WHEN listed.orgnr IS NOT NULL THEN holder.holder_orgnr = listed.orgnr
        ELSE holder.holder_orgnr IS NULL AND list_contains(listed.refs, holder.tie_ref) END
    JOIN prep.who AS who ON who.orgnr = holder.orgnr
    WHERE listed.subject_kind = 'company'
)
SELECT
    tied.supplier_id, tied.orgnr, listed.subject_kind, listed.person_key,
    CASE WHEN tied.relation <> 'self' AND listed.subject_kind = 'company' THEN listed.orgnr END
        AS holder_orgnr,
    tied.relation, tied.role, tied.share_percent, tied.tie_from, tied.tie_to, listed.list,
    listed.list_name, listed.entry_id, listed.entry_name, listed.programme,
    listed.from_date AS listed_from, listed.to_date AS listed_to, listed.is_in_force,
    listed.is_sanction, listed.list_as_of, listed.probability, listed.is_match,
    tied.match_confidence, tied.tie_ref, listed.ref
FROM tied JOIN listed USING (subject_key, entry_id, ref)

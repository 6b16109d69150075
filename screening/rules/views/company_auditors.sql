-- Auditors, persons and firms alike.
SELECT
    orgnr, from_date, to_date,
    coalesce(from_date <= $as_of, true) AND (to_date IS NULL OR to_date > $as_of) AS is_current, ref
FROM prep.officer_terms WHERE role = 'revisor' AND orgnr IS NOT NULL

-- From when to when each officer was one. Answers without dates of posts: who is in a company's whole
-- answer and was not in the first one came by then; who is not in the newest one has left by then.
WITH answered AS (
    SELECT orgnr, min(answered_on) AS first_day, max(answered_on) AS last_day
    FROM warehouse.known.officers_versions WHERE is_whole_answer GROUP BY orgnr
), seen AS (
    SELECT ref, min(answered_on) OVER (PARTITION BY key_hash) AS since
    FROM warehouse.known.officers_versions
)
SELECT
    officer.orgnr, officer.role,
    coalesce(officer.from_date, CASE WHEN seen.since > answered.first_day THEN seen.since END)
        AS from_date,
    coalesce(officer.to_date,
        CASE WHEN officer.answered_on < answered.last_day THEN answered.last_day END) AS to_date,
    officer.ref
FROM warehouse.known.officers AS officer
JOIN seen ON seen.ref = officer.ref
LEFT JOIN answered ON answered.orgnr = officer.orgnr

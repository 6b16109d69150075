-- The newest answer about each supplier from the registers that are asked company by company. An
-- answer that says the same as the one before makes no new row, but is an answer all the same.
WITH answered AS (
    SELECT answer.source, answer.orgnr, max(answer.as_of) AS as_of
    FROM warehouse.meta.answers AS answer
    JOIN prep.answer_ages AS asked USING (source)
    WHERE answer.as_of <= $as_of AND answer.seen_from <= $as_of
    GROUP BY answer.source, answer.orgnr
), held AS (
    SELECT 'tax_status' AS source, orgnr, max(ref) AS ref
    FROM warehouse.known.tax_status GROUP BY orgnr
    UNION ALL SELECT 'debts', orgnr, max(ref) FROM warehouse.known.debts GROUP BY orgnr
    UNION ALL SELECT 'payroll', orgnr, max(ref) FROM warehouse.known.payroll GROUP BY orgnr
    UNION ALL SELECT 'officers', orgnr, max(ref) FROM warehouse.known.officers GROUP BY orgnr
    UNION ALL SELECT 'owners', orgnr, max(ref) FROM warehouse.known.owners GROUP BY orgnr
)
SELECT
    supplier.supplier_id, answered.source, asked.title_sv, asked.title_en,
    answered.as_of AS answered_on, date_diff('day', answered.as_of, $as_of) AS age_days,
    asked.max_age_days, held.ref
FROM answered
JOIN held USING (source, orgnr)
JOIN prep.who AS supplier USING (orgnr)
JOIN prep.answer_ages AS asked USING (source)

SELECT
    orgnr, as_of, sum(public_debt_sek) AS public_debt_sek, sum(public_count) AS public_count,
    sum(private_debt_sek) AS private_debt_sek, sum(private_count) AS private_count,
    row_number() OVER (PARTITION BY orgnr ORDER BY as_of DESC) AS answer_no, min(ref) AS ref
FROM warehouse.known.debts
GROUP BY orgnr, as_of

SELECT orgnr, month, employer_contributions_sek, declared_pay_sek, employees, ref
FROM warehouse.known.payroll WHERE month <= $as_of

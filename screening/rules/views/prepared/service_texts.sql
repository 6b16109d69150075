-- Every distinct way in which a line, or a contract by itself, says what was bought.
SELECT DISTINCT line.account_no, line.account_text, line.description, agreed.service_area
FROM prep.lines AS line
LEFT JOIN prep.contract_areas AS agreed
    ON agreed.supplier_id = line.supplier_id AND agreed.contract_no = line.contract_no
UNION
SELECT NULL, NULL, NULL, service_area FROM prep.contracts WHERE service_area IS NOT NULL

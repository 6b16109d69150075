-- Every distinct way in which a line says what was bought, and a visit or decision what help it is.
SELECT DISTINCT line.account_no, line.account_text, line.description, agreed.service_area
FROM prep.lines AS line
LEFT JOIN prep.contract_areas AS agreed
    ON agreed.supplier_id = line.supplier_id AND agreed.contract_no = line.contract_no
UNION SELECT NULL, NULL, NULL, service FROM warehouse.known.time_reports
UNION SELECT NULL, NULL, NULL, service FROM warehouse.known.decisions
UNION SELECT NULL, NULL, NULL, service_area FROM prep.contracts WHERE service_area IS NOT NULL

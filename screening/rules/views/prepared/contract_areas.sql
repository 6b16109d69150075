SELECT supplier_id, contract_no, min(service_area) AS service_area
FROM prep.contracts WHERE supplier_id IS NOT NULL AND contract_no IS NOT NULL
GROUP BY supplier_id, contract_no

-- Every distinct way in which a line may say what was bought, and a visit or decision what help it
-- is. A contract's area is told for all who name its number; whose contract it is, the lines ask.
WITH told AS (
    SELECT DISTINCT account_no, account_text, description, contract_no
    FROM warehouse.known.invoices WHERE invoice_date <= $as_of
)
SELECT account_no, account_text, description, NULL AS service_area FROM told
UNION SELECT told.account_no, told.account_text, told.description, agreed.service_area
FROM told JOIN prep.contract_areas AS agreed USING (contract_no)
UNION SELECT NULL, NULL, NULL, service FROM warehouse.known.time_reports
UNION SELECT NULL, NULL, NULL, service FROM warehouse.known.decisions
UNION SELECT NULL, NULL, NULL, service_area FROM prep.contracts WHERE service_area IS NOT NULL

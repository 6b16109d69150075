SELECT held.* EXCLUDE (subcontractors), told.permit_type
FROM prep.contracts AS held
LEFT JOIN prep.services AS told
    ON told.account_no IS NULL AND told.account_text IS NULL AND told.description IS NULL
    AND told.service_area = held.service_area
WHERE held.supplier_id IS NOT NULL

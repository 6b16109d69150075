-- What the help that clients get is called, and which permit it needs.
SELECT service_area AS service, permit_type FROM prep.services
WHERE account_no IS NULL AND account_text IS NULL AND description IS NULL AND permit_type IS NOT NULL

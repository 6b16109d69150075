SELECT * FROM prep.contracts WHERE supplier_id IS NOT NULL

-- The network's node of every supplier, and of the companies asked about.
SELECT supplier_id, orgnr, is_sole_trader,
    CASE WHEN orgnr IS NULL THEN 's:' || supplier_id ELSE 'c:' || orgnr END AS node
FROM prep.who

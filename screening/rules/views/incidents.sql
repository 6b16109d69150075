SELECT
    incident.incident_id, coalesce(by_orgnr.supplier_id, by_no.supplier_id) AS supplier_id,
    incident.occurred_on, incident.kind, incident.severity, incident.unit, incident.status,
    incident.ref
FROM warehouse.known.incidents AS incident
LEFT JOIN prep.numbers AS by_orgnr ON by_orgnr.number = 'orgnr ' || incident.orgnr
LEFT JOIN prep.numbers AS by_no ON by_no.number = 'no ' || incident.supplier_no
WHERE incident.occurred_on <= $as_of
    AND coalesce(by_orgnr.supplier_id, by_no.supplier_id) IS NOT NULL

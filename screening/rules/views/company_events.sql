SELECT orgnr, event, occurred_on, detail, ref
FROM warehouse.known.company_events WHERE occurred_on <= $as_of

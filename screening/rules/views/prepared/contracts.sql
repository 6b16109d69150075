-- The contract register with its suppliers resolved.
SELECT
    held.contract_no,
    coalesce(by_number.supplier_id, by_register.supplier_id) AS supplier_id,
    held.title, held.service_area, held."procedure", held.valid_from,
    -- A contract that ended early holds no longer, whatever day it was to end on.
    least(held.valid_to, held.ended_on) AS valid_to, held.ended_on, held.ended_reason,
    held.value_sek, held.annual_value_sek, held.owner_unit, held.criticality,
    held.last_followup_on, held.procurement_unit_involved AS is_procurement_unit_involved, held.subcontractors,
    held.ref
FROM warehouse.known.contracts AS held
LEFT JOIN (
    SELECT orgnr, min(supplier_id) AS supplier_id
    FROM prep.who WHERE orgnr IS NOT NULL GROUP BY orgnr
) AS by_number ON by_number.orgnr = held.orgnr
LEFT JOIN warehouse.identity.supplier_numbers AS by_register
    ON by_register.supplier_no = held.supplier_no

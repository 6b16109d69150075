SELECT
    staff.employee_id, person.person_key, staff.unit, staff.role,
    coalesce(staff.sensitive_role, false) AS is_sensitive_role, place.address_key,
    staff.bank_account AS account, staff.secondary_employment_orgnr, person.match_confidence,
    staff.ref
FROM warehouse.known.employees AS staff
JOIN warehouse.identity.persons AS person ON person.source = 'employees' AND person.ref = staff.ref
LEFT JOIN warehouse.identity.addresses AS place
    ON place.source = 'employees' AND place.ref = staff.ref

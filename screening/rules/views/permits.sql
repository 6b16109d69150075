SELECT
    permit.orgnr, permit.permit_type, permit.status, permit.provider_name, permit.permit_number,
    permit.unit_name, place.address_key, permit.valid_from, permit.valid_to, permit.decided_on,
    permit.as_of, permit.ref
FROM warehouse.known.permits AS permit
LEFT JOIN warehouse.identity.addresses AS place
    ON place.source = 'permits' AND place.ref = permit.ref

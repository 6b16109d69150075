-- One row per organisationsnummer. Bolagsverket decides on status, then our own lists, then SCB;
-- every other field is the first that any of them has, in the same order.
WITH wanted AS (
    SELECT orgnr FROM prep.who WHERE orgnr IS NOT NULL
    UNION SELECT orgnr FROM warehouse.known.permits
    UNION SELECT orgnr FROM warehouse.known.officers
    UNION SELECT orgnr FROM warehouse.known.owners
    UNION SELECT owner_id FROM warehouse.known.owners WHERE owner_type = 'company'
    UNION SELECT secondary_employment_orgnr FROM warehouse.known.employees
), told AS (
    SELECT
        company.*,
        CASE company.origin WHEN 'bolagsverket' THEN 1 WHEN 'scb' THEN 3 ELSE 2 END AS turn
    FROM warehouse.known.companies AS company
    WHERE company.orgnr IN (SELECT orgnr FROM wanted)
), merged AS (
    SELECT
        orgnr, arg_min(name, turn) AS name,
        arg_min(legal_form, turn) FILTER (WHERE legal_form IS NOT NULL) AS legal_form,
        arg_min(registered_on, turn) FILTER (WHERE registered_on IS NOT NULL) AS registered_on,
        arg_min(
            {'on': deregistered_on, 'why': deregistration_reason, 'now': proceeding,
             'since': proceeding_from}, turn) AS standing,
        arg_min(sni_codes, turn) FILTER (WHERE sni_codes IS NOT NULL) AS sni_codes,
        arg_min(employees_class, turn) FILTER (WHERE employees_class IS NOT NULL)
            AS employees_class,
        arg_min(city, turn) FILTER (WHERE city IS NOT NULL) AS city,
        arg_min(ref, turn) AS ref
    FROM told GROUP BY orgnr
), placed AS (
    SELECT told.orgnr, arg_min(place.address_key, told.turn) AS address_key
    FROM told JOIN warehouse.identity.addresses AS place
        ON place.source = 'companies' AND place.ref = told.ref
    WHERE place.address_key IS NOT NULL
    GROUP BY told.orgnr
)
SELECT
    merged.orgnr, merged.name, merged.legal_form, merged.registered_on,
    merged.standing.on AS deregistered_on, merged.standing.why AS deregistration_reason,
    merged.standing.now AS proceeding, merged.standing.since AS proceeding_from, merged.sni_codes,
    merged.employees_class, placed.address_key, merged.city,
    merged.orgnr IN (SELECT orgnr FROM prep.who WHERE orgnr IS NOT NULL)
        AS is_supplier,
    merged.ref
FROM merged LEFT JOIN placed USING (orgnr)

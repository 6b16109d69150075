-- Places that visits and invoices name, held against those that are known of the supplier. A street
-- that ends alike ("Norra Ågatan 7", "Ågatan 7") is the same.
WITH known_doors AS (
    SELECT
        orgnr, regexp_replace(address_key, '[a-k]?\|[0-9]{5}$', '') AS door,
        bool_or(found_in = 'permits') AS is_unit
    FROM screen.company_addresses WHERE kind = 'door'
    GROUP BY 1, 2
), named AS (
    SELECT
        done.supplier_id, 'followups' AS found_in, NULL AS permit_type, done.done_on AS seen_on,
        0 AS amount_sek, place.door, done.ref
    FROM screen.followups AS done
    JOIN warehouse.known.followups AS told ON told.ref = done.ref
    JOIN prep.places AS place ON place.text = told.place
    WHERE done.kind = 'platsbesok'
    UNION ALL
    SELECT
        line.supplier_id, 'invoices', line.permit_type, line.invoice_date, line.amount_sek,
        place.door, line.ref
    FROM screen.invoice_lines AS line
    JOIN prep.places AS place ON place.text = line.description
    WHERE line.permit_type IS NOT NULL AND line.invoice_date > $as_of - 365
), compared AS (
    SELECT
        named.*, supplier.orgnr, known_doors.door IS NOT NULL AS is_known,
        coalesce(known_doors.is_unit, false) AS is_unit
    FROM named
    JOIN prep.who AS supplier USING (supplier_id)
    LEFT JOIN known_doors ON known_doors.orgnr = supplier.orgnr
        AND (suffix(known_doors.door, named.door) OR suffix(named.door, known_doors.door))
)
SELECT
    supplier_id, orgnr, found_in, permit_type, seen_on, amount_sek,
    bool_or(is_unit) AS is_on_permit, bool_or(is_known) AS is_known_address, ref
FROM compared
GROUP BY supplier_id, orgnr, found_in, permit_type, seen_on, amount_sek, ref

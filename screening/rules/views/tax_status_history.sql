SELECT orgnr, f_tax, vat_registered, employer_registered, changed_on, as_of, ref
FROM warehouse.known.tax_status

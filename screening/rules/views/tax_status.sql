SELECT * FROM screen.tax_status_history
QUALIFY row_number() OVER (PARTITION BY orgnr ORDER BY as_of DESC, ref DESC) = 1

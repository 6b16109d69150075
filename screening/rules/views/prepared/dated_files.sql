-- Files whose invoice dates are the invoices' own. A ledger with but one date has the day of
-- booking there, and of that nothing is said about the supplier.
SELECT ref >> 32 AS file_id,
    bool_or(origin <> 'ledger') OR coalesce(bool_or(invoice_date <> booking_date), false)
        AS has_own_dates
FROM prep.lines GROUP BY 1

SELECT
    orgnr, period_start, period_end, revenue_sek, result_sek, equity_sek, share_capital_sek,
    employees, nullif(trim(auditor_remark), '') IS NOT NULL AS has_auditor_remark, filed_on,
    row_number() OVER (PARTITION BY orgnr ORDER BY period_end DESC, ref DESC) AS report_no, ref
FROM warehouse.known.financials WHERE period_end <= $as_of

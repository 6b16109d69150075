"""Invoices as XML: Peppol BIS Billing 3 (UBL) and Svefaktura 1.0, to lines of texts and to rows."""

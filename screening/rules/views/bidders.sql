SELECT tender_no, orgnr, as_of, ref FROM warehouse.known.bidders

SELECT orderer_id, unit, certified_on, certified_until, ref FROM warehouse.known.orderers

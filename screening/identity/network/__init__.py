"""The network: what ties companies, persons, addresses, accounts, phones and mail domains."""

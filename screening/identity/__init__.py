"""Stage 3: who is who among suppliers, companies and persons."""

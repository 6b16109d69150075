"""A synthetic municipality with planted welfare-crime schemes, to try vaksam on."""

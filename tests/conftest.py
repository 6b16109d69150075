"""Settings for all tests."""

from hypothesis import settings

# A machine that does other things as well must not make a property look broken.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

"""Properties are about what is counted, not how fast a busy machine is at it."""

from hypothesis import settings

settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

"""What holds for every test: how long an example takes says how busy the machine is, and is no failure.

Hypothesis would fail an example that takes 0.2 seconds, and data that take a second to draw. Speed is shown by
`benchmarks/` and never asserted as a time. A failure is printed with what repeats it.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("house")

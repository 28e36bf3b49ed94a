"""What the clock demands: done once, at its moment, by a thread of `serve` or by cron.

Every duty is idempotent and takes its round's lock, so any number of processes may tick.
"""

import logging
import threading
from typing import Any

log = logging.getLogger("asar.tick")


def tick(engine: Any, keyring: Any, clock: Any) -> int:
    """Does what is due now; returns how many things were done."""
    return 0


def keep_ticking(state: Any, stop: threading.Event) -> None:
    """Ticks until told to stop. A failing tick is logged and tried again at the next."""
    while not stop.wait(state.settings.tick_seconds):
        try:
            tick(state.engine, state.keyring, state.clock)
        except Exception:
            log.exception("tick")

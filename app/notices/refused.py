"""Why a gateway did not take a message."""


class NotNow(Exception):
    """Not this time: worth another try later."""


class NotSent(Exception):
    """Never: the gateway refuses this message for good."""

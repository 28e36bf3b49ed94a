"""An expected "no": a code and facts, never a sentence."""

from collections.abc import Mapping


class Refusal(Exception):
    """A rule of the process was not met. Rules return it, actions raise it, `words` says it.

    `field` names the form field it belongs to; empty means the form as a whole.
    """

    def __init__(self, code: str, /, *, field: str = "", **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.facts: Mapping[str, object] = facts

    def at(self, field: str) -> "Refusal":
        """The same "no", said at one field of a form."""
        return Refusal(self.code, field=field, **self.facts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and (self.code, self.field, dict(self.facts)) == (
            other.code,
            other.field,
            dict(other.facts),
        )

    def __hash__(self) -> int:
        return hash((self.code, self.field))

    def __repr__(self) -> str:
        facts = "".join(f", {name}={value!r}" for name, value in self.facts.items())
        return f"Refusal({self.code!r}{facts})"


def insist(refusal: Refusal | None) -> None:
    """Raises the "no" that a rule returned, if it returned one."""
    if refusal is not None:
        raise refusal

"""Rows of a paper as the tree they are: what stands under what, and which rows become lines. Pure.

A paper gives every sum several times: the category, its class, its subclass. A line is taken where
the classification knows the row, else as deep as the paper goes; what is above gathers, what is
below is detail, and both are checked against each other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.budget.models import Article, Level, Side
from app.budget.paper_codes import codes_of, receipt_code
from app.budget.paper_columns import RECEIPT_CODES, SPENDING_CODES, Block, Code, Role
from app.budget.paper_matching import (
    OTHER,
    Names,
    Taken,
    gathers,
    is_below,
    key_of,
    plain,
    total_of,
)
from app.budget.sums import BALANCE
from app.core.refusal import Refusal

SKIP = "skip"  # what the clerk says of a row that is not to be read
PROGRAMME = 4  # the depth of programmes in spending


@dataclass(slots=True)
class Node:
    """A row with sums or codes, and what it was taken for."""

    number: int
    name_kk: str
    name_ru: str
    sums: dict[Role, int]
    depth: int = 0
    side: str = ""
    part: str = ""
    target: Article | None = None
    key: str = ""
    code: str = ""
    taken: Taken = Taken.NOTHING
    chosen: bool = False
    why: Refusal | None = None
    children: list["Node"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its words, in whichever language the paper has."""
        return self.name_kk or self.name_ru

    @property
    def has_sum(self) -> bool:
        """Whether any of its sums is more than nothing."""
        return any(self.sums.values())

    def below(self) -> Iterator["Node"]:
        """Everything that stands under it."""
        for one in self.children:
            yield one
            yield from one.below()


@dataclass(frozen=True, slots=True)
class Raw:
    """A row as it was read."""

    node: Node
    block: Block
    codes: tuple[tuple[Code, str], ...]  # as they stand, column by column; empty ones too


class Reader:
    """Goes through the rows once and remembers where in the budget it is."""

    def __init__(self, names: Names, choices: dict[int, str]) -> None:
        self.names = names
        self.choices = choices
        self.roots: list[Node] = []
        self.totals: list[Node] = []  # sides, the balance
        self.nodes: list[Node] = []
        self._side = ""
        self._block = -1
        self._stack: list[Node] = []
        self._path: list[str] = []
        self._under = False  # below «в том числе»

    def take(self, raw: Raw) -> None:
        """One row further."""
        node = raw.node
        self.nodes.append(node)
        if raw.block.number != self._block:
            self._begin(raw.block)
        choice = self.choices.get(node.number, "")
        if choice:
            node.chosen = True
            if choice == SKIP:
                return
            if self._choose(node, choice):
                return
        total = total_of(node.name_kk) or total_of(node.name_ru)
        if total:
            self._total(node, total)
            return
        codes = codes_of(raw.codes, self._side)
        if codes:
            self._under = False
            self._coded(node, codes)
        elif is_below(node.name_kk) or is_below(node.name_ru):
            self._under = True
            node.taken = Taken.DETAIL
        else:
            self._bare(node, coded=bool(raw.codes))

    def _begin(self, block: Block) -> None:
        self._block = block.number
        kinds = {one.code for one in block.columns}
        spending, receipt = kinds & set(SPENDING_CODES), kinds & set(RECEIPT_CODES)
        if self._side in ("", Side.RECEIPT) and spending and not receipt:
            self._to(Side.SPENDING)
        elif self._side == "" and receipt and not self.totals:
            self._to(Side.RECEIPT)

    def _to(self, side: str) -> None:
        self._side, self._stack, self._path, self._under = side, [], [], False

    def _total(self, node: Node, total: str) -> None:
        self._to("" if total == BALANCE else str(total))
        node.side, node.key, node.taken = self._side, str(total), Taken.TOTAL
        if total == OTHER:
            node.key, node.taken = "", Taken.UNKNOWN if node.has_sum else Taken.NOTHING
        elif node.sums:
            self.totals.append(node)
        else:
            node.taken = Taken.DETAIL

    def _choose(self, node: Node, key: str) -> bool:
        side, _, rest = key.partition(":")
        part, _, article = rest.partition(":")
        found = self.names.entries.find(side, article or part)
        if found is None or key_of(found) != key:
            node.chosen = False
            return False
        node.side, node.part, node.target = side, part, found
        self._hang(node, 3 if side == Side.RECEIPT else PROGRAMME)
        return True

    def _coded(self, node: Node, codes: Sequence[str]) -> None:
        """A row with a code, by its depth."""
        depth = max(place for place, code in enumerate(codes) if code) + 1
        self._path = [
            code or (self._path[place] if place < len(self._path) else "")
            for place, code in enumerate(codes[:depth])
        ]
        if self._side in (OTHER, "") and not self._enter(node):
            node.taken = Taken.UNKNOWN if node.has_sum else Taken.NOTHING
            return
        node.side = self._side
        if self._side == Side.SPENDING:
            self._programme(node, depth)
        else:
            self._category(node, depth)
        self._hang(node, depth)

    def _enter(self, node: Node) -> bool:
        """Finds by the row itself in which section it stands, where no words have said it."""
        known = self.names.category(self._path[0]) if self._path and self._path[0] else None
        for side in (Side.FINANCING, Side.RECEIPT, Side.SPENDING):
            for text in (node.name_kk, node.name_ru):
                found = self.names.by_name(side, text) if text else None
                if found is not None:
                    path, self._side = self._path, str(side)
                    self._stack, self._path = [], path
                    return True
        if known is not None and self._side == "":
            self._side, self._stack = known.side, []
            return True
        return False

    def _category(self, node: Node, depth: int) -> None:
        top = self.names.category(self._path[0])
        named = self._named(node)
        if depth == 1:
            top = named if named is not None and named.level == Level.PART else top
            if named is not None and named.side != node.side:
                top = named
        else:
            above = self._stack[0] if self._stack else None
            if above is not None and above.part and (top is None or above.part != top.part):
                top = self.names.entries.find(above.side, above.part)
        if top is not None:
            node.side, node.part = top.side, top.part
        node.code = receipt_code(self._path)
        if depth == 1 or node.side == Side.FINANCING:
            node.target = top
            return
        part = node.part
        by_code = self.names.by_code(Side.RECEIPT, node.code)
        if named is not None and named.level == Level.ARTICLE and part in ("", named.part):
            node.target = named
            if by_code is not None and by_code.key != named.key and len(node.code) == 6:
                node.why = _disagree(node)
        else:
            node.target = by_code
            if by_code is None and depth > 2:
                only = self.names.only_article(node.side, part) if part else None
                node.target = self._alike(node, part) or only
        if node.target is not None:
            node.part = node.target.part

    def _programme(self, node: Node, depth: int) -> None:
        code = self._path[PROGRAMME - 1] if len(self._path) >= PROGRAMME else ""
        node.code = code
        if depth != PROGRAMME:
            if depth < PROGRAMME and not gathers(node.name):
                node.target = None
            return
        named, by_code = self._named(node), self.names.by_code(Side.SPENDING, code)
        node.target = named or by_code or self._alike(node, "")
        if named is not None and by_code is not None and named.part != by_code.part:
            node.why = _disagree(node)
        if node.target is not None:
            node.part = node.target.part

    def _bare(self, node: Node, *, coded: bool) -> None:
        """A row without a code: known by its words, or by where it stands."""
        if self._side in ("", OTHER) and not self._enter(node):
            node.taken = Taken.UNKNOWN if node.has_sum and not self._under else Taken.NOTHING
            return
        node.side = self._side
        found = self._named(node)
        if found is None and not coded:
            found = self._alike(node, "" if self._side == Side.SPENDING else self._part())
        if found is not None:
            self._under = False
            node.side, node.target, node.part = found.side, found, found.part
            deep = 2 if found.level == Level.PART and found.side == Side.SPENDING else 1
            self._hang(node, deep if found.level == Level.PART else 3)
        elif self._under:
            node.taken = Taken.DETAIL
        elif not node.has_sum:
            node.taken = Taken.NOTHING
        elif coded:
            node.taken = Taken.UNKNOWN
        elif self._side == Side.SPENDING:
            self._hang(node, 1 if gathers(node.name) else 3)
        else:
            node.part = self._part()
            self._hang(node, 2 if _CLASS_NAMES & {plain(node.name_kk), plain(node.name_ru)} else 3)

    def _part(self) -> str:
        return next((one.part for one in reversed(self._stack) if one.part), "")

    def _named(self, node: Node) -> Article | None:
        sides = [node.side or self._side]
        if Side.FINANCING not in sides and self.totals:
            sides.append(Side.FINANCING)
        for side in sides:
            for text in (node.name_kk, node.name_ru):
                if text and (found := self.names.by_name(side, text)):
                    return found
        return None

    def _alike(self, node: Node, part: str) -> Article | None:
        for text in (node.name_kk, node.name_ru):
            if text and (found := self.names.alike(node.side, text, part)):
                return found
        return None

    def _hang(self, node: Node, depth: int) -> None:
        node.depth = depth
        stack = self._stack
        while stack and not _may_stand_under(node, stack[-1]):
            stack.pop()
        (stack[-1].children if stack else self.roots).append(node)
        stack.append(node)


def _may_stand_under(node: Node, above: Node) -> bool:
    if above.side != node.side:
        return False
    ours, theirs = node.target, above.target
    both = ours is not None and theirs is not None and ours is not theirs
    if both and ours.level == theirs.level == Level.ARTICLE:  # type: ignore[union-attr]
        return False  # two sources, two programmes: neither gathers the other
    if above.depth >= node.depth:
        # The same once more, without a code: a subclass that bears its class's name.
        same = plain(above.name) == plain(node.name) or (
            node.target is not None and node.target is above.target
        )
        return same and not node.code and above.sums == node.sums
    return not (above.part and node.part and above.part != node.part)


def _disagree(node: Node) -> Refusal:
    return Refusal("budget_papers.disagree", row=node.number, code=node.code)


_CLASS_NAMES = frozenset(
    plain(text)
    for text in (
        "Табыс салығы", "Подоходный налог", "Меншікке салынатын салықтар",
        "Налоги на собственность", "Мемлекет меншігінен түсетін кірістер",
        "Мемлекеттік меншіктен түсетін кірістер", "Доходы от государственной собственности",
        "Тауарларға, жұмыстарға және қызметтерге салынатын ішкі салықтар",
        "Внутренние налоги на товары, работы и услуги",
        "Жерді және материалдық емес активтерді сату", "Продажа земли и нематериальных активов",
        "Мемлекеттік басқарудың жоғары тұрған органдарынан түсетін трансферттер",
        "Трансферты из вышестоящих органов государственного управления",
    )
)  # fmt: skip

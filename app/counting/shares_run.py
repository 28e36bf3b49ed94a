"""One run of Equal Shares at a given share: who buys what at which price, decided exactly.

**Floats choose what to look at, exact numbers decide.** Every kind of voter has its money twice:
as a float, and as a count of the rounds that it has paid for (`_owed`), from which the exact sum is
had in a few operations for thousands of voters at once. With share s and prices q₁, q₂ …, somebody
who has never been short has s − Σ qₜ·[paid in round t] left, somebody who has paid all they had has
0. So the money of any set of people is s·(people) − Σ qₜ·(payers of round t among them), and the
payers of all rounds are counted in one long integer with a field of bits a round.

A float may differ from the exact money by at most `_slack` (below). A price found with floats is
turned into a *lower bound* by that slack; a price never falls during a run, for supporters' money
never grows, so bounds of earlier rounds hold on. A round looks at the lowest bounds first, works
out the exact price of what is at the top, and ends when every other bound lies above the best exact
price. What is short of money by less than the slack is worked out exactly too. Comparing exact
prices by their nearest floats is safe while these differ, since rounding keeps order; where they
are equal, the fractions are compared.
"""

from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush

from app.counting.commission import Commission
from app.counting.shares_field import Field

ULP = 2.0**-52


@dataclass(frozen=True, slots=True)
class Bought:
    """A round: the candidate, its price for one supporter (one point), and what it tied with.

    `key` is the price through the scale of the utility: the lowest wins.
    """

    candidate: int
    price: Fraction
    key: Fraction
    tied: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """All that was bought at this share; `over` when it became dearer than the budget.

    `alike`: that every share between that of `like` and this one buys the same in the same order.
    """

    share: Fraction
    rounds: tuple[Bought, ...]
    total: int
    over: bool
    alike: bool

    @property
    def order(self) -> tuple[int, ...]:
        return tuple(bought.candidate for bought in self.rounds)


def run(
    field: Field,
    share: Fraction,
    *,
    budget: int,
    commission: Commission | None = None,
    like: Run | None = None,
    only_if_alike: bool = False,
) -> Run | None:
    """Equal Shares with this share for everyone; ends as soon as it is over the budget.

    With `like`, a run at a lower share, it also finds out whether the shares between need not be
    looked at (the proof stands in `add1`); `only_if_alike`: None as soon as that is in doubt.
    """
    return _Purchase(field, share, budget, commission, like, only_if_alike).run()


class _Purchase:
    def __init__(
        self,
        field: Field,
        share: Fraction,
        budget: int,
        commission: Commission | None,
        like: Run | None,
        only_if_alike: bool,
    ) -> None:
        self._field = field
        self._share = share
        self._budget = budget
        self._commission = commission
        self._like = like
        self._only_if_alike = only_if_alike
        self._alike = like is not None
        self._money = [float(share)] * len(field.people)
        # Per kind, a field of bits each: people not yet out of money, and payers of every round.
        self._owed = list(field.people)
        self._rounds: list[Bought] = []
        self._total = 0
        self._slack = 8 * ULP * float(share)
        self._gone = [False] * len(field.projects)
        # Bounds from the start: everybody pays alike. Who cannot pay it so never can.
        self._bounds = []
        for at in field.supported:
            cost = field.projects[at].cost
            if cost * share.denominator <= field.backers[at] * share.numerator:
                bound = cost / field.weight[at] / field.scale[at] * (1 - 4 * ULP)
                self._bounds.append((bound, at))
        heapify(self._bounds)
        # Per candidate the last price found with floats, and how far off it may be.
        self._guess = [(0.0, 0.0)] * len(field.projects)
        self._seen: dict[int, Fraction] = {}

    def run(self) -> Run | None:
        while (bought := self._next()) is not None:
            if not self._still_alike(bought):
                self._alike = False
                if self._only_if_alike:
                    return None
            self._pay(bought)
            if self._total > self._budget:
                return Run(self._share, tuple(self._rounds), self._total, over=True, alike=False)
        if self._like is not None and len(self._rounds) != len(self._like.rounds):
            self._alike = False
            if self._only_if_alike:
                return None
        return Run(self._share, tuple(self._rounds), self._total, over=False, alike=self._alike)

    def _next(self) -> Bought | None:
        """What is bought now; None when nobody can afford anything more."""
        prices: dict[int, Fraction] = {}
        looked_at: set[int] = set()
        best: Fraction | None = None
        limit = self._look_up_to()
        while self._bounds and (best is None or self._bounds[0][0] <= limit):
            _, at = heappop(self._bounds)
            if self._gone[at]:
                continue
            if at not in looked_at:
                looked_at.add(at)
                bound = self._bound(at)
                if bound is not None:
                    heappush(self._bounds, (bound / self._field.scale[at] * (1 - 4 * ULP), at))
                continue
            price = self._price(at)
            if price is None:
                continue
            prices[at] = price
            key = price / self._field.scale[at]
            if best is None or key < best:
                best = key
                limit = max(self._look_up_to(), float(key))
        self._seen = {at: price / self._field.scale[at] for at, price in prices.items()}
        for at, key in self._seen.items():
            heappush(self._bounds, (float(key) * (1 - 4 * ULP), at))
        if best is None:
            return None
        equal = sorted(at for at, key in self._seen.items() if key == best)
        first = self._first_of(equal)
        return Bought(first, prices[first], best, tuple(at for at in equal if at != first))

    def _first_of(self, equal: list[int]) -> int:
        """Which of those with the lowest price is bought; they are sorted by what breaks ties."""
        first, field = equal[0], self._field
        level = [at for at in equal if field.level[at] == field.level[first]]
        if self._commission is None or len(level) == 1:
            return first
        if self._all_bought_anyway(level):
            return first
        ids = {field.projects[at].id: at for at in level}
        return ids[self._commission.order(ids)[0]]

    def _all_bought_anyway(self, level: list[int]) -> bool:
        """Nobody supports two of them and none excludes another: the price of one does not move
        when another is bought, so all are bought one after the other in any order."""
        kinds = [kind for at in level for kind in self._field.kinds[at]]
        return len(set(kinds)) == len(kinds) and not any(
            rival in level for at in level for rival in self._field.rivals[at]
        )

    def _pay(self, bought: Bought) -> None:
        at, price = bought.candidate, bought.price
        field, money, owed = self._field, self._money, self._owed
        near, shift = float(price), field.width * (len(self._rounds) + 1)
        points = None if field.points is None else field.points[at]
        for place, (kind, weight) in enumerate(
            zip(field.kinds[at], field.weights[at], strict=True)
        ):
            each = near if points is None else near * points[place]
            after = money[kind] - each
            doubt = self._slack + 4 * ULP * each
            if after > doubt or (
                after >= -doubt
                and self._money_of(kind) > (price if points is None else price * points[place])
            ):
                money[kind] = max(after, 0.0)
                owed[kind] += weight << shift
            else:
                money[kind] = 0.0
                owed[kind] = 0
        self._rounds.append(bought)
        self._total += field.projects[at].cost
        self._slack += 4 * ULP * float(self._share)
        self._gone[at] = True
        for rival in field.rivals[at]:
            self._gone[rival] = True

    # Whether the shares between this run's and the one that it is compared with buy the same.

    def _look_up_to(self) -> float:
        if not self._alike or self._like is None or len(self._rounds) >= len(self._like.rounds):
            return 0.0
        return float(self._like.rounds[len(self._rounds)].key)

    def _still_alike(self, bought: Bought) -> bool:
        if not self._alike or self._like is None or len(self._rounds) >= len(self._like.rounds):
            return False
        before = self._like.rounds[len(self._rounds)]
        if before.candidate != bought.candidate:
            return False
        return all(
            key > before.key
            or (key == before.key and at > bought.candidate and self._commission is None)
            for at, key in self._seen.items()
            if at != bought.candidate
        )

    # Prices

    def _bound(self, at: int) -> float | None:
        """No supporter can pay less than this; None where they have too little, for good."""
        field = self._field
        cost, weight = field.projects[at].cost, field.weight[at]
        money, weights = field.picks[at](self._money), field.weights[at]
        if field.points is None:
            alike = cost / weight
            if min(money) > alike * (1 + 8 * ULP) + self._slack:
                self._guess[at] = (alike, 0.0)
                return alike * (1 - 4 * ULP)
            together: dict[float, int] = {}
            for each, people in zip(money, weights, strict=True):
                together[each] = together.get(each, 0) + people
            steps = [(each, each * people, people) for each, people in sorted(together.items())]
        else:
            points = field.points[at]
            steps = sorted(
                (each / given, each * (heavy // given), heavy)
                for each, given, heavy in zip(money, points, weights, strict=True)
            )
        wrong = 2 * field.backers[at] * self._slack + (len(steps) + 8) * 4 * ULP * cost
        lacking, price = float(cost), 0.0
        for most, all_they_have, heavy in steps:
            if most * weight >= lacking:
                price = lacking / weight
                off = 2 * wrong / weight
                break
            lacking -= all_they_have
            weight -= heavy
        else:
            if lacking > wrong:
                self._gone[at] = True
                return None
            price, _, heavy = steps[-1]
            off = 4 * wrong / heavy
        off += 8 * ULP * price
        self._guess[at] = (price, off)
        return max(0.0, price - off)

    def _price(self, at: int) -> Fraction | None:
        """The exact price, from the guess that `_bound` has just made; None for too little money.

        Who has clearly less than the guess pays all they have, who has clearly more pays the price;
        the others are looked at one by one with exact numbers. A price that then does not lie
        between the clear ones shows that they were not clear enough: wider.
        """
        field = self._field
        guess, off = self._guess[at]
        if not off:
            return Fraction(field.projects[at].cost, field.weight[at])
        money: list[float] = list(field.picks[at](self._money))
        if field.points is not None:
            money = [each / given for each, given in zip(money, field.points[at], strict=True)]
        off = 2 * off + 4 * self._slack
        while True:
            poor, rich = guess - off, guess + off
            price = self._price_between(at, money, poor, rich)
            if price is None:
                # Everybody's money together, to the last fraction, is too little.
                self._gone[at] = True
                return None
            between = float(price)
            if (
                price > 0
                and between * (1 - 2 * ULP) >= poor + 2 * self._slack
                and between * (1 + 2 * ULP) <= rich - 2 * self._slack
            ):
                return price
            off *= 16

    def _price_between(
        self, at: int, money: list[float], poor: float, rich: float
    ) -> Fraction | None:
        field = self._field
        owed = field.picks[at](self._owed)
        weights = field.weights[at]
        lacking = field.projects[at].cost - self._exactly(
            sum([one for one, each in zip(owed, money, strict=True) if each < poor])
        )
        weight = sum([one for one, each in zip(weights, money, strict=True) if each > rich])
        doubtful = []
        known: dict[int, Fraction] = {}
        for place, each in enumerate(money):
            if poor <= each <= rich:
                kind = field.kinds[at][place]
                people = field.people[kind]
                once = self._owed[kind] // people
                if once not in known:
                    known[once] = self._exactly(once)
                given = 1 if field.points is None else field.points[at][place]
                doubtful.append((known[once] / given, known[once] * people, people * given))
                weight += people * given
        for most, all_they_have, heavy in sorted(doubtful):
            if most * weight >= lacking:
                break
            lacking -= all_they_have
            weight -= heavy
        if weight:
            return Fraction(lacking) / weight
        # Nobody pays less than they have, and it is exactly enough or too much: not clear enough.
        return None if lacking > 0 else Fraction(0)

    def _money_of(self, kind: int) -> Fraction:
        """What one of this kind has left, exactly."""
        return self._exactly(self._owed[kind]) / self._field.people[kind]

    def _exactly(self, owed: int) -> Fraction:
        """The money of those whose payments are counted in `owed`."""
        width = self._field.width
        mask = (1 << width) - 1
        money = self._share * (owed & mask)
        for bought in self._rounds:
            owed >>= width
            if not owed:
                break
            money -= bought.price * (owed & mask)
        return money

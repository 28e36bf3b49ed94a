"""One run of Equal Shares at a given share: who buys what at which price, decided exactly.

**Floats choose what to look at, exact numbers decide.** Voters who have paid for the same projects
are in the same *state*, and a state knows its money twice: as a float, and as a count of what its
voters have paid for, from which the exact sum is had in a few operations for thousands of them at
once. With share s and prices q₁, q₂ …, who has never been short has s − Σ qₜ·uₜ left, where uₜ is 1
in the rounds that they paid for (or their points, where ballots carry points); who has once paid
all they had has 0. So any set of people has s·(people) − Σ qₜ·(sum of their uₜ), and
these sums of all rounds are added up in one long integer, with a field of bits for each round.

A float differs from the exact money by `_slack` at most. A price found with floats becomes a *lower
bound* by taking off what that can amount to. A price never falls during a run, for supporters'
money never grows, so bounds of earlier rounds hold on. A round looks at the lowest bounds first,
works out the exact price of what is at the top, and ends when every other bound lies above the best
exact price. Whether money is enough is worked out exactly where it is close. Comparing exact prices
by their nearest floats is safe while these differ, since rounding keeps order; where they are
equal, the fractions are compared.
"""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush

from app.counting.commission import Commission, Undecided
from app.counting.shares_field import Field

ULP = 2.0**-52
BROKE, UNTOUCHED = 0, 1  # states: nothing left, and the whole share left

# People of a candidate in the same state and with the same points: state, points, how many.
Group = tuple[int, int, int]


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
        self._state = [UNTOUCHED] * len(field.people)  # of every kind of voters
        self._cash = [0.0, float(share)]  # of one person in every state
        # Of one person in every state, in fields of bits: whether they have anything, and what they
        # paid for in each round.
        self._paid = [0, 1]
        self._exact: dict[int, Fraction] = {}
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
        # Per candidate the last price found with floats, how far off it may be, and who pays.
        self._guess: list[tuple[float, float, list[Group]]] = [(0.0, 0.0, [])] * len(field.projects)
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
        field, state = self._field, self._state
        near, shift = float(price), field.width * (len(self._rounds) + 1)
        after: dict[tuple[int, int], int] = {}
        for before, given, _ in self._guess[at][2]:
            asked = near * given
            left = self._cash[before] - asked
            doubt = self._slack + 4 * ULP * asked
            broke = before == BROKE or left < -doubt
            if not broke and left <= doubt:
                broke = self._money_of(before) <= price * given
            if broke:
                after[before, given] = BROKE
            else:
                after[before, given] = len(self._cash)
                self._cash.append(max(left, 0.0))
                self._paid.append(self._paid[before] + (given << shift))
        if field.points is None:
            new = {before: now for (before, _), now in after.items()}
            for kind in field.kinds[at]:
                state[kind] = new[state[kind]]
        else:
            for kind, given in zip(field.kinds[at], field.points[at], strict=True):
                state[kind] = after[state[kind], given]
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
        others = [at for at in self._seen if at != bought.candidate]
        if any(self._seen[at] < before.key for at in others):
            return False
        equal = [at for at in others if self._seen[at] == before.key]
        return self._wins_every_tie(bought.candidate, equal)

    def _wins_every_tie(self, first: int, equal: list[int]) -> bool:
        """Whether it goes before these whichever of them it may tie with."""
        if self._commission is None:
            return all(at > first for at in equal)
        level = self._field.level
        alike = [at for at in equal if level[at] == level[first]]
        if len(alike) > 1 or any(at < first for at in equal if at not in alike):
            # What a commission said of three need not hold of two of them.
            return False
        try:
            return not alike or self._first_of(sorted([first, *alike])) == first
        except Undecided:
            return False

    # Prices

    def _groups(self, at: int) -> list[Group]:
        field, state = self._field, self._state
        if field.points is None:
            alike = Counter(field.singles[at](state))
            for kind in field.several[at]:
                alike[state[kind]] += field.people[kind]
            return [(of, 1, people) for of, people in alike.items()]
        together: dict[tuple[int, int], int] = {}
        for kind, given in zip(field.kinds[at], field.points[at], strict=True):
            mark = (state[kind], given)
            together[mark] = together.get(mark, 0) + field.people[kind]
        return [(of, given, people) for (of, given), people in together.items()]

    def _bound(self, at: int) -> float | None:
        """No supporter can pay less than this; None where they have too little, for good."""
        field, cash = self._field, self._cash
        groups = self._groups(at)
        cost, weight = field.projects[at].cost, field.weight[at]
        steps = sorted(
            (cash[of] / given, cash[of] * people, given * people) for of, given, people in groups
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
        self._guess[at] = (price, off, groups)
        return max(0.0, price - off)

    def _price(self, at: int) -> Fraction | None:
        """The exact price, from the guess that `_bound` has just made; None for too little money.

        Who has clearly less than the guess pays all they have, who has clearly more pays the price;
        the others are looked at with exact numbers. A price that then does not lie between the
        clear ones shows that they were not clear enough: wider.
        """
        guess, off, groups = self._guess[at]
        off = 2 * off + 4 * self._slack
        while True:
            poor, rich = guess - off, guess + off
            price = self._price_between(self._field.projects[at].cost, groups, poor, rich)
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
        self, cost: int, groups: list[Group], poor: float, rich: float
    ) -> Fraction | None:
        spent = weight = 0
        doubtful = []
        for of, given, people in groups:
            most = self._cash[of] / given
            if most < poor:
                spent += self._paid[of] * people
                continue
            weight += given * people
            if most <= rich:
                money = self._money_of(of)
                doubtful.append((money / given, money * people, given * people))
        lacking = cost - self._exactly(spent)
        for most_exactly, all_they_have, heavy in sorted(doubtful):
            if most_exactly * weight >= lacking:
                break
            lacking -= all_they_have
            weight -= heavy
        if weight:
            return lacking / weight
        # Nobody pays less than they have, and it is exactly enough or too much: not clear enough.
        return None if lacking > 0 else Fraction(0)

    def _money_of(self, state: int) -> Fraction:
        """What one person in this state has left, exactly."""
        if state not in self._exact:
            self._exact[state] = self._exactly(self._paid[state])
        return self._exact[state]

    def _exactly(self, paid: int) -> Fraction:
        """The money of people whose payments are added up in `paid`."""
        width = self._field.width
        mask = (1 << width) - 1
        money = self._share * (paid & mask)
        for bought in self._rounds:
            paid >>= width
            if not paid:
                break
            money -= bought.price * (paid & mask)
        return money

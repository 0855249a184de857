"""Statements as products, and the search for a point inside some and outside others.

A statement means a request when its resource and each of its tests do (action and principal are settled before): a
product of conditions on one dimension each. A box says what is asked of each dimension; a box's model is a request
that fulfils it. Where a model lies in a product that it must avoid, the box is split by the dimension in which to
leave that product. This ends, and is exact, since every dimension is decided exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scanner.derive.access.decision import operators
from scanner.derive.access.decision.document import Statement
from scanner.derive.access.decision.operators import Test, Values
from scanner.derive.access.decision.patterns import Lookup
from scanner.derive.access.search.keys import Demand, Room, choose
from scanner.derive.access.search.strings import Clause, OutOfBudgetError, Pattern, find, glob, holds
from scanner.derive.access.search.values import like

_LIMIT = 5_000
_EVERYTHING = glob("*")
_ANY = Room()
_NOT_YET: Values = ("not looked for yet",)


class Product(NamedTuple):
    """A statement's conditions on the resource (`None`: any) and on the context."""

    resource: Clause | None
    tests: tuple[Test, ...]


class Point(NamedTuple):
    """A request's resource and what it gives for each key that is asked about."""

    resource: str
    values: Mapping[str, Values]


class Box(NamedTuple):
    """What is asked of the resource, and of each key."""

    resource: tuple[Clause, ...] = ()
    demands: Mapping[str, tuple[Demand, ...]] = {}

    def inside(self, product: Product) -> Box:
        """The part of it that a product means."""
        box = self if product.resource is None else self.at(product.resource)
        for test in product.tests:
            box = box.asking(Demand(test, holds=True))
        return box

    def at(self, clause: Clause) -> Box:
        """The part whose resource satisfies a clause."""
        return self if clause in self.resource else Box((*self.resource, clause), self.demands)

    def asking(self, demand: Demand) -> Box:
        """The part where a test holds, or does not."""
        before = self.demands.get(demand.test.key, ())
        return self if demand in before else Box(self.resource, {**self.demands, demand.test.key: (*before, demand)})

    def splits(self, product: Product) -> Iterator[Box]:
        """The parts outside a product, without overlap: each leaves it by one condition and keeps those before."""
        box = self
        for test in product.tests:
            yield box.asking(Demand(test, holds=False))
            box = box.asking(Demand(test, holds=True))
        if product.resource is not None:
            yield box.at(product.resource.negated())


class Space:
    """Where points may lie: the rooms of the keys, and what variables stand for."""

    def __init__(self, rooms: Mapping[str, Room], lookup: Lookup, likely: Sequence[str] = ()) -> None:
        """`rooms` may lack keys, of which nothing is known; `likely` are resources to try first."""
        self._rooms = rooms
        self._lookup = lookup
        self.likely = tuple(likely)
        self._products: dict[int, Product] = {}
        self._chosen: dict[tuple[str, tuple[Demand, ...]], Values | None] = {}

    def product(self, statement: Statement) -> Product:
        """A statement's conditions; its number is that of the object."""
        key = id(statement)
        if key not in self._products:
            self._products[key] = _product(statement, self._lookup)
        return self._products[key]

    def avoid(self, box: Box, products: Sequence[Product]) -> Point | None:
        """A point of the box outside all products; `None` if there is none. Raises `OutOfBudgetError`."""
        if any(product.resource is None and not product.tests for product in products):
            return None
        alone = [one.resource for one in products if not one.tests and one.resource is not None]
        todo, steps = [_outside(box, alone)], 0
        products = [one for one in products if one.tests]
        while todo:
            steps += 1
            if steps > _LIMIT:
                raise OutOfBudgetError(f"more than {_LIMIT} cases to tell {len(products)} statements apart")
            one = todo.pop()
            point = self.model(one)
            if point is None:
                continue
            met = next((product for product in products if self._means(product, point, one)), None)
            if met is None:
                return point
            todo += reversed(list(one.splits(met)))
        return None

    def model(self, box: Box) -> Point | None:
        """A point of the box; `None` if it is empty."""
        resource = find(box.resource, self.likely)
        if resource is None:
            return None
        values: dict[str, Values] = {}
        for key, demands in box.demands.items():
            found = self._values(key, demands)
            if found is None:
                return None
            values[key] = found
        return Point(resource, values)

    def complete(self, point: Point) -> Point:
        """The point with what the rooms demand of keys that nothing was asked of."""
        return Point(point.resource, {**{key: self._default(key) for key in self._rooms}, **point.values})

    def _values(self, key: str, demands: tuple[Demand, ...]) -> Values | None:
        place = (key, demands)
        found = self._chosen.get(place, _NOT_YET)
        if found is _NOT_YET:
            found = self._chosen[place] = choose(demands, self._rooms.get(key, _ANY), self._lookup)
        return found

    def _default(self, key: str) -> Values:
        return self._values(key, ()) or ()

    def _means(self, product: Product, point: Point, box: Box) -> bool:
        if product.resource is not None and not holds(product.resource, point.resource):
            return False
        return all(self._test_holds(test, point, box) for test in product.tests)

    def _test_holds(self, test: Test, point: Point, box: Box) -> bool:
        values = point.values[test.key] if test.key in box.demands else self._default(test.key)
        return operators.holds(test, {test.key: values}, self._lookup)


def _outside(box: Box, clauses: Iterable[Clause]) -> Box:
    """The part of a box that no statement without a test means, in one clause where they can be."""
    patterns: dict[Pattern, None] = {}
    for clause in clauses:
        if clause.inside:
            patterns |= dict.fromkeys(clause.patterns)
        else:
            box = box.at(clause.negated())
    return box.at(Clause(tuple(patterns), inside=False)) if patterns else box


def _product(statement: Statement, lookup: Lookup) -> Product:
    tests = statement.tests if statement.variables else tuple(_escaped(test) for test in statement.tests)
    return Product(_resource(statement, lookup), tests)


def _escaped(test: Test) -> Test:
    """The test of a policy whose version knows no variables, with its `${` read as such."""
    if not any("${" in text for text in test.values):
        return test
    return test._replace(values=tuple(text.replace("${", "${$}{") for text in test.values))


def _resource(statement: Statement, lookup: Lookup) -> Clause | None:
    """What a statement asks of the resource; `None` where it means any."""
    known = lookup if statement.variables else None
    texts, inside = statement.resources, True
    if texts is None:
        texts, inside = statement.not_resources, False
    if texts is None:
        return None
    patterns = tuple(pattern for text in texts if (pattern := like(text, known)) is not None)
    if _EVERYTHING in patterns:
        return None if inside else Clause((_EVERYTHING,), inside=False)
    return Clause(patterns, inside)

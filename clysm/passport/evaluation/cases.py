"""Evaluation for the rule tests: variables, the fields needed, and conditions (specification, 6.10)."""

from __future__ import annotations

from collections.abc import Sequence

from clysm.passport import operations
from clysm.passport.errors import EvalError, Failure
from clysm.passport.evaluation.interpreter import EvaluationError, Facts, Held, Interpreter
from clysm.passport.evaluation.proof import NodeCounter
from clysm.passport.rules.check import CheckedRules
from clysm.passport.rules.syntax import Expression
from clysm.passport.values import Value


class Cases:
    """The cases of a package. What depends on the package alone is found out once."""

    def __init__(self, rules: CheckedRules) -> None:
        self.rules = rules
        self._ranks = {path: rank for rank, path in enumerate(rules.order)}
        self._plans: dict[Expression, tuple[str, ...]] = {}

    def case(self, facts: Facts, variables: Sequence[tuple[str, Value]] = ()) -> Case:
        """A case with these facts and no others, and the variables of a property."""
        return Case(self, facts, variables)

    def plan(self, condition: Expression) -> tuple[str, ...]:
        """The fields that a condition of a test needs, with their dependencies, in dependency order."""
        plan = self._plans.get(condition)
        if plan is None:
            needed = set(self.rules.needs[condition])
            reached = list(needed)
            for path in reached:  # grows on the way
                found = self.rules.references[path] - needed
                needed |= found
                reached += found
            plan = self._plans[condition] = tuple(sorted(needed, key=self._ranks.__getitem__))
        return plan


class Case:
    """One case. Its nodes are measured, not kept; the limits of 9.3, step 7 hold for all of them together."""

    def __init__(self, cases: Cases, facts: Facts, variables: Sequence[tuple[str, Value]]) -> None:
        self._cases = cases
        self._interpreter = Interpreter(facts, NodeCounter())
        self._scope: dict[str, Held] = {}
        self._failure: EvaluationError | None = None  # the first one
        for name, value in variables:
            held = self._interpreter.constant(value)
            if isinstance(held, Failure):
                self._failure = held
                break
            self._scope[name] = held

    def holds(self, condition: Expression) -> bool | EvaluationError:
        """Whether an expectation, a premise or a conclusion of the package's tests is true.

        First the fields it needs are evaluated, each once per case. An error fails the case: it is the answer
        to every later question as well.
        """
        if self._failure is None:
            answer = self._evaluate(condition)
            if not isinstance(answer, Failure):
                return answer
            self._failure = answer
        return self._failure

    def _evaluate(self, condition: Expression) -> bool | EvaluationError:
        for path in self._cases.plan(condition):
            if path not in self._interpreter.fields:
                failure = self._interpreter.define(self._cases.rules.fields[path])
                if failure is not None:
                    return failure
        held = self._interpreter.evaluate(condition, self._scope)
        if isinstance(held, Failure):
            return held
        verdict = operations.condition(held.value)
        return verdict if isinstance(verdict, bool) else EvalError(verdict, None, *condition.at)

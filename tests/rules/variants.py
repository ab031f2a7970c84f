"""One alert with the records it needs, and the same with something taken out or changed."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from grafana.src import tokens
from grafana.src.tokens import fill, sources
from tests.rules.promql import parse, selectors, without_each_condition
from tests.rules.scenarios import SEPARATOR

Rule = dict[str, Any]
Tokens = Mapping[str, object]
defaults = cache(tokens.defaults)  # a file, which is read for each change of a rule


def name(rule: Rule) -> str:
    return str(rule.get("alert", rule.get("record")))


def title(rule: Rule) -> str:
    """The name of an alert; with its severity, if the name stands twice."""
    twice = sum(name(each) == name(rule) for each in _sources()) > 1
    return f"{name(rule)} ({rule['labels']['severity']})" if twice else name(rule)


def titles() -> list[str]:
    return [title(rule) for rule in _sources() if "alert" in rule]


def closure(alert: str, values: Tokens) -> list[Rule]:
    """The alert of that title and the records it needs, in their order."""
    every = defaults() | {token: str(value) for token, value in values.items()}
    return [_filled(rule, every) for rule in _needed(alert)]


def as_text(rules: list[Rule]) -> str:
    return yaml.safe_dump({"groups": [{"name": "api-providers", "rules": rules}]}, sort_keys=False)


def variants(alert: str, values: Tokens) -> Iterator[tuple[str, list[Rule]]]:
    """What was changed, and the rules with the change; in the same order whatever *values* are.

    What stands in the rules more than once is numbered: "without > 0.5 (2)".
    """
    found: Counter[str] = Counter()
    for label, changed in _variants(alert, values):
        found[label] += 1
        yield f"{label} ({found[label]})" if found[label] > 1 else label, changed


def _variants(alert: str, values: Tokens) -> Iterator[tuple[str, list[Rule]]]:
    rules = closure(alert, values)
    for number, rule in enumerate(rules):
        for condition, expr in without_each_condition(rule["expr"]):
            yield (
                f"{name(rule)} without {_one_line(condition)}",
                _changed(rules, number, rule | {"expr": expr}),
            )
    for token in used(alert):
        if defaults()[token] in ("0", "0s"):  # by default, or the order would be that of *values*
            continue
        value = str(values.get(token, defaults()[token]))
        for other in _others(token, value):
            yield f"{token} {other} in place of {value}", closure(alert, {**values, token: other})


def renamed(rules: list[Rule], right: list[Rule], number: int) -> list[Rule]:
    """What is wrong in *rules*, and what uses it, under names with a number: beside the right ones."""
    wrong: list[str] = []
    found = []
    for rule, other in zip(rules, right, strict=True):
        expr = rule["expr"]
        for record in wrong:
            expr = re.sub(rf"{re.escape(record)}(?=\{{)", f"{record}{SEPARATOR}{number}", expr)
        if "alert" in rule or rule != other or expr != rule["expr"]:
            kind = "alert" if "alert" in rule else "record"
            expr = expr.replace(f'alertname="{rule[kind]}"', f'alertname="{rule[kind]}{SEPARATOR}{number}"')
            wrong.append(rule[kind])
            found.append(rule | {kind: f"{rule[kind]}{SEPARATOR}{number}", "expr": expr})
    return found


def used(alert: str) -> list[str]:
    """The tokens that decide when the alert fires, those of its records among them."""
    found = {token for rule in _needed(alert) for token in tokens.used(rule)}
    return [token for token in defaults() if token in found]


def _others(token: str, value: str) -> list[str]:
    """Values that a test must tell from the right one. Not of windows: results shift by degrees."""
    if re.fullmatch(r"[\d.]+", value):
        return [f"{float(value) * factor:.6g}" for factor in (0.8, 1.34)]
    if token.endswith("_for"):
        return ["0s", f"{2 * int(value[:-1])}{value[-1]}"]
    return []


@cache
def _sources() -> list[Rule]:
    return [
        rule
        for text in sources().values()
        for group in yaml.safe_load(text)["groups"]
        for rule in group["rules"]
    ]


@cache
def _needed(alert: str) -> list[Rule]:
    found: list[Rule] = []
    wanted: set[str] = set()
    for rule in reversed(_sources()):
        if ("alert" in rule and title(rule) == alert) or rule.get("record") in wanted:
            found.insert(0, rule)
            wanted |= {metric for metric, _ in selectors(_filled(rule, defaults())["expr"])}
    return found


def _filled(rule: Rule, values: Mapping[str, str]) -> Rule:
    """Without links, which are not set."""
    return {
        key: _filled(value, values) if isinstance(value, dict) else fill(value, values)
        for key, value in rule.items()
        if not key.endswith("_url")
    }


def _changed(rules: list[Rule], number: int, rule: Rule) -> list[Rule]:
    parse(rule["expr"])
    return [*rules[:number], rule, *rules[number + 1 :]]


def _one_line(text: str) -> str:
    return " ".join(text.split())

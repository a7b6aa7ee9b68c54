"""The naive rules of the typologies: conditions on columns, evaluated over all rows.

A rule is an expression in Python's syntax: `and`, `or`, `not`, comparisons, `in (...)`, arithmetic,
`abs`, `min`, `max`, numbers, members of enumerations as strings ('upi'), names of columns of
/transactions and of the derived columns of audit_derived. A comparison with a missing value is
false. The rules themselves stand in kernels/fraud/typologies.def.
"""

import ast
import operator

import numpy as np

BINARY = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}  # fmt: skip
COMPARE = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
FEWEST_ROWS = 30  # that fire a rule, below which its precision is chance

CALLS = {"abs": np.abs, "min": np.minimum, "max": np.maximum}


class Enumerated:
    """A column that is compared with members by name."""

    def __init__(self, name, values, members):
        self.name, self.values, self.members = name, values, members

    def code(self, member):
        if member not in self.members:
            raise ValueError(f"{self.name} has no member {member!r}")
        return self.members[member]


class Evaluator:
    """Evaluates expressions; `lookup(name)` gives an array or an Enumerated."""

    def __init__(self, lookup):
        self.lookup = lookup

    def __call__(self, text):
        """Mask of the rows that fulfil the expression."""
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except SyntaxError as error:
            raise ValueError(f"rule {text!r}: {error.msg}") from error
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.value(tree.body)).astype(bool)

    def value(self, node):
        method = getattr(self, type(node).__name__.lower(), None)
        if not isinstance(node, ast.expr) or method is None:
            raise ValueError(f"{type(node).__name__} is not allowed in a rule")
        return method(node)

    def constant(self, node):
        if not isinstance(node.value, (bool, int, float, str)):
            raise ValueError(f"{node.value!r} is not allowed in a rule")
        return node.value

    def name(self, node):
        return self.lookup(node.id)

    def tuple(self, node):
        return [self.value(item) for item in node.elts]

    list = tuple

    def boolop(self, node):
        join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        result = self.number(node.values[0])
        for part in node.values[1:]:
            result = join(result, self.number(part))
        return result

    def unaryop(self, node):
        value = self.number(node.operand)
        if isinstance(node.op, ast.Not):
            return np.logical_not(value)
        return -value if isinstance(node.op, ast.USub) else value

    def binop(self, node):
        if type(node.op) not in BINARY:
            raise ValueError(f"{type(node.op).__name__} is not allowed in a rule")
        return BINARY[type(node.op)](self.number(node.left), self.number(node.right))

    def call(self, node):
        if not isinstance(node.func, ast.Name) or node.func.id not in CALLS or node.keywords:
            raise ValueError("only abs, min and max can be called in a rule")
        return CALLS[node.func.id](*[self.number(part) for part in node.args])

    def number(self, node):
        value = self.value(node)
        if isinstance(value, (Enumerated, str, list)):
            raise ValueError("an enumeration can only be compared with its members")
        return value

    def compare(self, node):
        result, left = True, self.value(node.left)
        for how, right_node in zip(node.ops, node.comparators):
            right = self.value(right_node)
            result = np.logical_and(result, self.relation(how, left, right))
            left = right
        return result

    def relation(self, how, left, right):
        if isinstance(how, (ast.In, ast.NotIn)):
            found = np.logical_or.reduce([self.relation(ast.Eq(), left, item) for item in right])
            return found if isinstance(how, ast.In) else np.logical_not(found)
        if isinstance(right, Enumerated) and isinstance(left, str):
            left, right = right, left
        if isinstance(left, Enumerated):
            if not isinstance(how, (ast.Eq, ast.NotEq)):
                raise ValueError(f"{left.name} has no order")
            if isinstance(right, Enumerated):  # members are compared by name: city and home_city
                if left.members != right.members:
                    raise ValueError(f"{left.name} and {right.name} differ in their members")
                return COMPARE[type(how)](left.values, right.values)
            if not isinstance(right, str):
                raise ValueError(f"{left.name} is compared with a member as a string")
            return COMPARE[type(how)](left.values, left.code(right))
        if isinstance(left, str) or isinstance(right, str) or type(how) not in COMPARE:
            raise ValueError("a string can only be compared with an enumeration")
        return COMPARE[type(how)](left, right)


def lookup_of(corpus, derived):
    """Names of a rule: columns of /transactions, then derived columns."""
    table = corpus.transactions

    def lookup(name):
        if name in table:
            members = table.members(name)
            return table[name] if members is None else Enumerated(name, table[name], members)
        if name in derived:
            return derived[name]
        raise ValueError(f"no column {name!r}")

    return lookup


def firing(corpus, rules, derived):
    """{typology: mask of the rows that fulfil its rule}."""
    evaluate = Evaluator(lookup_of(corpus, derived))
    return {name: np.broadcast_to(evaluate(rule), corpus.rows) for name, rule in rules.items()}


def measure(corpus, rules, derived):
    """Precision of each rule against all fraud, none if it hardly ever fires; in the details also
    against its own typology, the share of the typology that it finds, and twin rows for each fraud
    row that it finds."""
    values, details = {}, {}
    for name, fires in firing(corpus, rules, derived).items():
        own, twins = corpus.typology(name), corpus.labels.where("benign_twin_of", name)
        count, hits = int(fires.sum()), int((fires & own).sum())
        judged = count if count >= FEWEST_ROWS else 0
        values[f"precision of the rule of {name}"] = ratio((fires & corpus.fraud).sum(), judged)
        details[name] = {
            "rows": count,
            "own precision": ratio(hits, count),
            "recall": ratio(hits, own.sum()),
            "twins per fraud row": ratio((fires & twins).sum(), hits),
        }
    return values, {"rules": details}


def ratio(part, whole):
    return float(part) / float(whole) if whole else float("nan")

"""Small wrong turns in a module's code: one comparison, one condition, one line.

What is declared in a class (fields, constraints) is left alone: the database holds it,
and tests/payments/test_guards.py names every one. So are texts for people, logging,
annotations, decorators and defaults of arguments.
"""

import ast
import types
from dataclasses import dataclass, field

SWAPPED = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
FOR_PEOPLE = {"_", "gettext", "getLogger", "warning", "error", "exception", "log"}
FOR_TYPES = {"ParamSpec", "TypeVar"}


@dataclass(frozen=True)
class Mutant:
    """One wrong turn: the ``number``-th of its module, inside ``function`` if any."""

    path: str
    number: int
    line: int
    what: str
    function: str
    constant: str = field(default="", compare=False)


def mutants_of(path):
    """Every mutant of the module at this path."""
    source = path.read_text()
    found, number = [], 0
    while True:
        turn = WrongTurn(number)
        turn.visit(ast.parse(source))
        if turn.taken is None:
            return found
        found.append(Mutant(str(path), number, *turn.taken))
        number += 1


def module_with(mutant, source):
    """The mutated module as a tree that can be compiled."""
    tree = WrongTurn(mutant.number).visit(ast.parse(source))
    return ast.fix_missing_locations(tree)


def code_of(tree, mutant):
    """The code of the function that the mutant is in."""
    waiting = [compile(tree, mutant.path, "exec")]
    while waiting:
        code = waiting.pop()
        if code.co_qualname == mutant.function:
            return code
        waiting += [one for one in code.co_consts if isinstance(one, types.CodeType)]
    raise LookupError(mutant)


class WrongTurn(ast.NodeTransformer):
    """Walks through a module and changes what it comes to as its n-th."""

    def __init__(self, wanted):
        self.wanted, self.passed = wanted, 0
        self.taken = None
        self.within, self.constant = [], ""

    def visit(self, node):
        for what, changed in alterations(node) if self._is_code() else ():
            if self.passed == self.wanted:
                self.taken = (node.lineno, what, self._function(), self.constant)
            self.passed += 1
            if self.taken:
                self.wanted = -1
                return ast.copy_location(changed, node)
        return super().visit(node)

    def _is_code(self):
        inside = self.constant or any(kind == "def" for kind, _name in self.within)
        return inside and not self.taken

    def _function(self):
        """The outermost function: whatever is inside it goes with it."""
        kinds = [kind for kind, _name in self.within]
        if "def" not in kinds:
            return ""
        names = [name for _kind, name in self.within[: kinds.index("def") + 1]]
        return ".".join(names)

    def visit_Module(self, node):
        node.body = [self._of_module(one) for one in node.body]
        return node

    def _of_module(self, node):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id != "__all__":
                self.constant = node.targets[0].id
                node.value = self.visit(node.value)
                self.constant = ""
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            return self.visit(node)
        return node

    def visit_ClassDef(self, node):
        self.within.append(("class", node.name))
        functions = (ast.FunctionDef, ast.ClassDef)
        node.body = [
            self.visit(one) if isinstance(one, functions) else one for one in node.body
        ]
        self.within.pop()
        return node

    def visit_FunctionDef(self, node):
        self.within.append(("def", node.name))
        documented = ast.get_docstring(node) is not None
        body = [self.visit(one) for one in node.body[documented:]]
        node.body = [*node.body[:documented], *body]
        self.within.pop()
        return node

    def visit_AnnAssign(self, node):
        node.value = node.value and self.visit(node.value)
        return node

    def visit_Call(self, node):
        left_alone = _name(node.func) in FOR_PEOPLE | FOR_TYPES
        return node if left_alone else self.generic_visit(node)

    def visit_JoinedStr(self, node):
        return node


def alterations(node):
    """What could stand here instead, each with its name."""
    make = MAKERS.get(type(node))
    return make(node) if make else ()


def _compare(node):
    for at, operator in enumerate(node.ops):
        if type(operator) in SWAPPED:
            other = SWAPPED[type(operator)]()
            ops = [*node.ops[:at], other, *node.ops[at + 1 :]]
            yield _swap(operator, other), ast.Compare(node.left, ops, node.comparators)


def _both(node):
    other = SWAPPED[type(node.op)]()
    yield _swap(node.op, other), ast.BoolOp(other, node.values)
    for at in range(len(node.values)):
        rest = [*node.values[:at], *node.values[at + 1 :]]
        left = ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]
        yield f"without {_text(node.values[at])}", left


def _sum(node):
    if type(node.op) in SWAPPED:
        other = SWAPPED[type(node.op)]()
        yield _swap(node.op, other), ast.BinOp(node.left, other, node.right)


def _not(node):
    if isinstance(node.op, ast.Not):
        yield "without not", node.operand


def _constant(node):
    value = node.value
    if isinstance(value, bool):
        yield f"{not value}", ast.Constant(not value)
    elif isinstance(value, int):
        yield f"{value + 1} for {value}", ast.Constant(value + 1)
    elif isinstance(value, str):
        yield "another text", ast.Constant(f"{value}X")


def _branch(node):
    changed = ast.If if isinstance(node, ast.If) else ast.IfExp
    if not isinstance(node.test, ast.Compare | ast.UnaryOp):
        test = ast.UnaryOp(ast.Not(), node.test)
        yield f"not {_text(node.test)}", changed(test, node.body, node.orelse)


def _return(node):
    if node.value is not None and not isinstance(node.value, ast.Constant):
        yield "nothing returned", ast.Return(None)


def _statement(node):
    if isinstance(node.value, ast.Call) and not _is_logging(node.value):
        yield f"without {_text(node)}", ast.Pass()


def _assignment(node):
    if not any(isinstance(target, ast.Name) for target in node.targets):
        yield f"without {_text(node)}", ast.Pass()


def _call(node):
    if _name(node.func) in FOR_PEOPLE:
        return
    for at, keyword in enumerate(node.keywords):
        if keyword.arg:
            rest = [*node.keywords[:at], *node.keywords[at + 1 :]]
            yield f"without {_text(keyword)}", ast.Call(node.func, node.args, rest)
    other = {"min": "max", "max": "min"}.get(_name(node.func))
    if other:
        name = ast.Name(other, ast.Load())
        yield f"{other} for {node.func.id}", ast.Call(name, node.args, node.keywords)


def _mapping(node):
    for at, key in enumerate(node.keys):
        keys = [*node.keys[:at], *node.keys[at + 1 :]]
        values = [*node.values[:at], *node.values[at + 1 :]]
        yield f"without {_text(key or node.values[at])}", ast.Dict(keys, values)


def _collection(node):
    for at, element in enumerate(node.elts if len(node.elts) > 1 else []):
        rest = [*node.elts[:at], *node.elts[at + 1 :]]
        kept = ast.Set(rest) if isinstance(node, ast.Set) else ast.List(rest, node.ctx)
        yield f"without {_text(element)}", kept


MAKERS = {
    ast.Compare: _compare,
    ast.BoolOp: _both,
    ast.BinOp: _sum,
    ast.UnaryOp: _not,
    ast.Constant: _constant,
    ast.If: _branch,
    ast.IfExp: _branch,
    ast.Return: _return,
    ast.Expr: _statement,
    ast.Assign: _assignment,
    ast.Call: _call,
    ast.Dict: _mapping,
    ast.Set: _collection,
    ast.List: _collection,
}


def _name(function):
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_logging(call):
    return isinstance(call.func, ast.Attribute) and _name(call.func.value) == "logger"


def _swap(old, new):
    return f"{type(new).__name__} for {type(old).__name__}"


def _text(node):
    return " ".join(ast.unparse(node).split())[:60]

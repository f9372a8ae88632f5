"""Reads printed LaTeX the way a reader does who has the worksheet's symbols at hand and knows the conventions of mathematics.

It shares nothing with the program that prints. What is ambiguous on paper is refused here, so that it gets printed otherwise:
a function without parentheses, a name that nothing declares, a chain of matrices beside an entrywise product.
"""

import math
import re

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\[^A-Za-z]|[0-9]+(?:\.[0-9]+)?|[^\s]")
SPACES = {"\\,", "\\;", "\\!", "\\:", "\\ ", "\\quad", "\\qquad", "\\displaystyle", "\\bigl", "\\bigr", "\\big"}
FONTS = {"\\mathbf", "\\boldsymbol", "\\bm", "\\mathrm", "\\mathit", "\\vec", "\\text"}
LETTERS = {"\\mathcal", "\\mathsf", "\\mathfrak"}
ACCENTS = {"\\hat", "\\tilde", "\\bar", "\\widehat", "\\widetilde", "\\dot", "\\overline", "\\underline"}
FUNCTIONS = {
    "\\log": "log", "\\ln": "log", "\\exp": "exp", "\\tanh": "tanh", "\\sin": "sin", "\\cos": "cos", "\\tan": "tan",
    "\\cosh": "cosh", "\\sinh": "sinh", "\\arctan": "arctan", "\\det": "det", "\\max": "max", "\\min": "min",
}  # fmt: skip
NAMED = {
    "sign", "sgn", "softmax", "diag", "tr", "erf", "SiLU", "sigmoid", "softplus", "GELU", "ReLU", "sech", "arcsinh", "trace",
    "artanh", "clip", "prod", "rowprod",
}  # fmt: skip
COMPARISONS = {"<", ">", "=", "\\le", "\\leq", "\\ge", "\\geq", "\\ne", "\\neq"}
OPEN = {"(": ")", "[": "]", "\\{": "\\}"}


class Ambiguous(Exception):
    """Something that a reader could take in two ways, or not at all."""


def tokens_of(latex):
    return [t for t in TOKEN.findall(latex) if t not in SPACES]


class Symbol:
    """A symbol of the worksheet: its letter with the labels that belong to it."""

    def __init__(self, entry):
        self.name, self.shape, self.role = entry["name"], entry["shape"], entry["role"]
        self.family = entry.get("family")
        bare = Reader(entry["latex"], [], {})
        self.base, self.sub, self.sup = bare.letter_with_scripts()
        self.member = None if self.family is None else tokens_of(self.family[0])

    def fits(self, base, sub, sup):
        """How much of the scripts belongs to this symbol: (specificity, member, rest of sub, rest of sup), or None."""
        if base != self.base:
            return None
        member, points = None, 0
        rest = {}
        for own, given, which in ((self.sub, sub, "sub"), (self.sup, sup, "sup")):
            rest[which] = given
            if own is None:
                continue
            raw = given
            own, given = self.plain(own), self.plain(given)
            if given is None:
                return None
            if self.member is not None and self.member_in(own, own) is not None:
                inner = raw if own == self.member else self.member_in(own, given)
                if inner is None:
                    return None
                member, rest[which], points = inner, None, points + 1
            elif own == given:
                rest[which], points = None, points + 2
            else:
                return None
        return points, member, rest["sub"], rest["sup"]

    plain = staticmethod(lambda tokens: None if tokens is None else [t for t in tokens if t not in FONTS and t not in "{}"])

    def member_in(self, own, given):
        """What stands in `given` where the family's index stands in `own`."""
        size = len(self.member)
        for k in range(len(own) - size + 1):
            if own[k : k + size] == self.member:
                after = len(own) - k - size
                if len(given) < k + after + 1 or given[:k] != own[:k] or given[len(given) - after :] != own[k + size :]:
                    return None
                return given[k : len(given) - after]
        return None


class Reader:
    """A recursive-descent reader of one formula; trees are tuples, the first item names the node."""

    def __init__(self, latex, symbols, functions, bound=()):
        self.tokens = tokens_of(latex) if isinstance(latex, str) else list(latex)
        self.at = 0
        self.symbols = symbols
        self.functions = functions
        self.bound = list(bound)

    # ---- tokens ----

    def peek(self, ahead=0):
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None

    def take(self, wanted=None):
        token = self.peek()
        if token is None or (wanted is not None and token != wanted):
            raise Ambiguous(f"{wanted or 'something'} expected, found {token} in {' '.join(self.tokens)}")
        self.at += 1
        return token

    def skip(self, token):
        if self.peek() == token:
            self.at += 1
            return True
        return False

    def group(self):
        """The tokens of one argument."""
        if not self.skip("{"):
            return [self.take()]
        depth, inside = 1, []
        while depth:
            token = self.take()
            depth += {"{": 1, "}": -1}.get(token, 0)
            inside.append(token)
        return inside[:-1]

    def inner(self, tokens, bound=()):
        return Reader(tokens, self.symbols, self.functions, [*self.bound, *bound])

    def whole(self):
        node = self.sum()
        if self.peek() is not None:
            raise Ambiguous(f"left over: {' '.join(self.tokens[self.at :])}")
        return node

    # ---- equations ----

    def equation(self):
        """(symbol, member index, entry indices, right side) of `∂L/∂x_i = …` or `∇_x L = …`."""
        if self.skip("\\frac"):
            self.group()
            below = self.inner(self.group())
            below.take("\\partial")
            symbol, member, sub = below.target()
            indices = None if sub is None else self.index_list(sub, self.axes(symbol))
        else:
            self.take("\\nabla")
            self.take("_")
            below = self.inner(self.group())
            symbol, member, sub = below.target()
            indices = None
            while self.peek() != "=":
                self.take()
        self.take("=")
        names = ["".join(member)] if member is not None else []
        names += ["".join(i) for i in indices or []]
        self.bound += [n for n in names if not n.isdigit() and n != ":"]
        return symbol, member, indices, self.whole()

    def target(self):
        """The variable under a derivative, with the tokens of its index."""
        if self.skip("("):
            base, sub, sup = self.letter_with_scripts()
            self.take(")")
            self.take("_")
            outer = self.group()
        else:
            base, sub, sup = self.letter_with_scripts()
            outer = None
        if self.peek() is not None:
            raise Ambiguous(f"left over below a derivative: {self.tokens[self.at :]}")
        symbol, member, rest, _ = self.symbol(base, sub, sup)
        return symbol, member, rest if outer is None else outer

    def axes(self, symbol):
        return sum(1 for s in symbol.shape if s != "1") if len(symbol.shape) > 2 else len(symbol.shape)

    def index_list(self, tokens, count):
        """The positions in a subscript: by commas, or one after another."""
        parts, depth = [[]], 0
        for t in tokens:
            depth += {"{": 1, "}": -1, "(": 1, ")": -1}.get(t, 0)
            if t == "," and depth == 0:
                parts.append([])
            else:
                parts[-1].append(t)
        if len(parts) > 1 or count == 1:
            return parts
        spread = []
        for t in tokens:
            if t == "'" and spread:
                spread[-1].append(t)
            elif t in ("+", "-"):
                raise Ambiguous(f"an offset among several positions without commas: {' '.join(tokens)}")
            else:
                spread.append([t])
        return spread

    # ---- letters ----

    def letter(self):
        token = self.take()
        if token == "{":
            self.at -= 1
            inside = self.group()
            nested = self.inner(inside)
            base, sub, sup = nested.letter_with_scripts()
            if nested.peek() is not None or sub is not None or sup is not None:
                raise Ambiguous(f"a group where a letter is expected: {' '.join(inside)}")
            return base
        if token in FONTS:
            return "".join(self.group())
        if token in LETTERS:  # another letter, not another face of the same
            return token + "".join(self.group())
        if token in ACCENTS:
            return token + "".join(t for t in self.group() if t not in FONTS and t not in "{}")
        if re.fullmatch(r"\\[A-Za-z]+|[A-Za-z]", token):
            return token
        raise Ambiguous(f"no letter: {token}")

    def letter_with_scripts(self):
        base = self.letter()
        while self.skip("'"):
            base += "'"
        sub = sup = None
        while self.peek() in ("_", "^"):
            which = self.take()
            if which == "^" and (self.peek() == "\\top" or self.tokens[self.at : self.at + 3] == ["{", "-", "1"]):
                self.at -= 1
                break
            if (sub if which == "_" else sup) is not None:
                raise Ambiguous("a double script")
            if which == "_":
                sub = self.group()
            else:
                sup = self.group()
                if len(sup) > 1 and sup[-1] == "\\top":
                    # `W^{(1)\top}` is `{W^{(1)}}^\top`.
                    sup = sup[:-1]
                    self.tokens = [*self.tokens[: self.at], "^", "\\top", *self.tokens[self.at :]]
        return base, sub, sup

    def symbol(self, base, sub, sup):
        found = [(fit[0], s, fit) for s in self.symbols if (fit := s.fits(base, sub, sup)) is not None]
        if not found:
            raise Ambiguous(f"no symbol {base} with scripts {sub} {sup}")
        _, symbol, (_, member, rest_sub, rest_sup) = max(found, key=lambda f: f[0])
        return symbol, member, rest_sub, rest_sup

    # ---- expressions ----

    def sum(self):
        terms = []
        sign = -1 if self.skip("-") else 1
        self.skip("+")
        terms.append((sign, self.entrywise()))
        while self.peek() in ("+", "-"):
            sign = -1 if self.take() == "-" else 1
            terms.append((sign, self.entrywise()))
        return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else ("sum", terms)

    def entrywise(self):
        parts = [("*", self.product())]
        while self.peek() in ("\\odot", "\\oslash"):
            how = "*" if self.take() == "\\odot" else "/"
            parts.append((how, self.product()))
        return parts[0][1] if len(parts) == 1 else ("entrywise", parts)

    STOP = {"+", "-", "\\odot", "\\oslash", ")", "]", "}", "|", "\\|", "\\right", "&", "\\\\", ",", "\\end", None} | COMPARISONS

    def product(self):
        factors = []
        while self.peek() not in self.STOP:
            if self.peek() == "\\cdot" and factors:
                self.take()
            factors.append(self.factor())
        if not factors:
            raise Ambiguous(f"nothing to multiply before {self.peek()} in {' '.join(self.tokens)}")
        return factors[0] if len(factors) == 1 else ("product", factors)

    def factor(self):
        token = self.peek()
        if token in ("\\sum", "\\prod"):
            return self.big(token)
        if re.match(r"[0-9]", token):
            return self.scripts(("number", float(self.take())))
        if token in OPEN or (token == "\\left" and self.peek(1) in OPEN):
            return self.bracketed()
        if token in ("\\left", "|", "\\|", "\\lVert"):
            return self.scripts(self.bars())
        if token == "\\frac":
            return self.fraction()
        if token == "\\sqrt":
            self.take()
            return self.scripts(("call", "sqrt", [self.inner(self.group()).whole()]))
        if token == "\\nabla":
            return self.nabla()
        if token == "\\begin":
            return self.cases()
        if token == "\\mathbb" and self.tokens[self.at + 1 : self.at + 4] == ["{", "1", "}"]:
            self.at += 4
            return self.condition()
        if token == "\\mathbf" and self.tokens[self.at + 1 : self.at + 4] in (["{", "1", "}"], ["{", "I", "}"]):
            kind = self.tokens[self.at + 2]
            self.at += 4
            size = self.inner(self.group()).whole() if self.skip("_") else None
            return self.scripts(("ones" if kind == "1" else "identity", size))
        if self.tokens[self.at : self.at + 5] == ["\\mathbf", "{", "e", "}", "_"] and not self.declares("e"):
            self.at += 5
            return self.scripts(("basis", self.inner(self.group()).whole()))
        if token in FUNCTIONS:
            self.take()
            return self.application(FUNCTIONS[token])
        if token in ("\\operatorname", "\\operatorname*"):
            self.take()
            name = "".join(t for t in self.group() if t != "\\,")
            if name in ("argmax", "argmin"):
                return self.argument(name)
            if name not in NAMED:
                raise Ambiguous(f"the function {name}")
            return self.application(name)
        return self.reference()

    def declares(self, base):
        return any(s.base == base for s in self.symbols)

    def big(self, operator):
        self.take(operator)
        self.take("_")
        binder = self.inner(self.group())
        index = binder.take()
        while binder.skip("'"):
            index += "'"
        self.bound.append(index)
        binder.bound = self.bound
        binder.take("=")
        low = binder.sum()
        conditions = []
        while binder.skip(","):
            conditions.append(("condition", binder.comparison()))
        if binder.peek() is not None:
            raise Ambiguous(f"left over: {' '.join(binder.tokens[binder.at :])}")
        if not self.skip("^"):
            raise Ambiguous("a sum without an upper end")
        high = self.inner(self.group()).whole()
        body = self.entrywise()
        self.bound.pop()
        return ("big", operator, index, low, high, conditions, body)

    def bracketed(self):
        left = self.skip("\\left")
        close = OPEN[self.take()]
        inside = self.sum()
        if left:
            self.take("\\right")
        self.take(close)
        return self.scripts(("group", inside), bracketed=True)

    def bars(self):
        left = self.skip("\\left")
        bar = self.take()
        inside = self.sum()
        if left:
            self.take("\\right")
        self.take("\\rVert" if bar == "\\lVert" else bar)
        return ("call", "abs" if bar == "|" else "norm", [inside])

    def fraction(self):
        self.take("\\frac")
        above, below = self.group(), self.group()
        if above[:1] == ["\\partial"] and below[:1] == ["\\partial"]:
            return self.derivative(above[1:], below[1:])
        return self.scripts(("quotient", self.inner(above).whole(), self.inner(below).whole()))

    def derivative(self, above, below):
        numerator = self.inner(above)
        head = numerator.letter_with_scripts()[0]
        if numerator.peek() in ("(", "\\left"):
            args = numerator.arguments()
            variable = self.inner(below).whole()
            return ("partial", head, args, args.index(variable))
        symbol, member, sub = self.inner(below).target()
        return ("entry", self.gradient(symbol, member), self.positions(symbol, sub))

    def nabla(self):
        self.take("\\nabla")
        self.take("_")
        symbol, member, sub = self.inner(self.group()).target()
        self.letter_with_scripts()
        node = self.gradient(symbol, member)
        return self.scripts(node if sub is None else ("entry", node, self.positions(symbol, sub)))

    def gradient(self, symbol, member):
        return ("gradient", symbol, None if member is None else self.inner(member).whole())

    def positions(self, symbol, sub):
        if sub is None:
            return []
        return [
            None if p == [":"] else self.inner(p).whole() for p in self.index_list(sub, self.axes(symbol))
        ]

    def cases(self):
        self.take("\\begin")
        self.group()
        branches = []
        while self.peek() != "\\end":
            value = self.sum()
            self.take("&")
            word = "".join(self.group()).strip() if self.skip("\\text") else "if"
            if word not in ("if", "for", "otherwise"):
                raise Ambiguous("a case without a condition")
            branches.append((value, None if word == "otherwise" else self.comparison()))
            self.skip("\\\\")
        self.take("\\end")
        self.group()
        return ("cases", branches)

    def condition(self):
        left = self.skip("\\left")
        self.take("[")
        inside = self.comparison()
        if left:
            self.take("\\right")
        self.take("]")
        return self.scripts(("condition", inside))

    def comparison(self):
        parts = [self.sum()]
        while self.peek() in COMPARISONS:
            parts.append(self.take())
            parts.append(self.sum())
        return parts

    def argument(self, name):
        self.take("_")
        binder = self.inner(self.group())
        low = binder.sum()
        if binder.take() not in ("\\le", "\\leq"):
            raise Ambiguous("a range that is no chain of ≤")
        index = binder.take()
        if binder.take() not in ("\\le", "\\leq"):
            raise Ambiguous("a range that is no chain of ≤")
        high = binder.sum()
        self.bound.append(index)
        body = self.factor()
        self.bound.pop()
        return ("argument", name, index, low, high, body)

    def application(self, name):
        power = None
        if self.skip("^"):
            power = self.inner(self.group()).whole()
        if self.peek() not in ("(", "\\left", "[", "{"):
            raise Ambiguous(f"{name} without parentheses")
        call = ("call", name, self.arguments())
        return self.scripts(call if power is None else ("power", call, power))

    def arguments(self):
        left = self.skip("\\left")
        close = {**OPEN, "{": "}", "|": "|"}[self.take()]
        args = [self.sum()]
        while self.skip(","):
            args.append(self.sum())
        if left:
            self.take("\\right")
        self.take(close)
        return args

    def reference(self):
        """A letter with scripts: an index, a symbol or an entry of it, a function, or a constant."""
        start = self.at
        if self.peek() == "{":
            inside = self.group()
            return self.scripts(self.inner(inside).whole(), bracketed=True)
        base, sub, sup = self.letter_with_scripts()
        if base in self.bound and sub is None:
            return ("index", base) if sup is None else ("power", ("index", base), self.inner(sup).whole())
        if any(s.fits(base, sub, sup) is not None for s in self.symbols):
            symbol, member, rest_sub, rest_sup = self.symbol(base, sub, sup)
            node = ("value", symbol, None if member is None else self.inner(member).whole())
            if rest_sub is not None:
                node = ("entry", node, self.positions(symbol, rest_sub))
            if rest_sup is not None:
                node = ("power", node, self.exponent(rest_sup))
            return self.scripts(node)
        if base.rstrip("'") in self.functions and self.peek() in ("(", "\\left"):
            return self.scripts(("call", base, self.arguments()))
        if base == "\\sigma" and self.peek() in ("(", "\\left"):
            return self.scripts(("call", "sigmoid", self.arguments()))
        if base == "e" and sup is not None:
            return ("call", "exp", [self.inner(sup).whole()])
        if base == "\\pi" and sub is None:
            return ("number", math.pi)
        if base == "\\delta" and sub is not None:
            i, j = (self.inner(p).whole() for p in self.index_list(sub, 2))
            return ("condition", [i, "=", j])
        raise Ambiguous(f"{' '.join(self.tokens[start : self.at])} is declared nowhere")

    def scripts(self, node, bracketed=False):
        """What hangs on a closed piece: a transpose, an inverse, a power, positions."""
        while self.peek() in ("^", "_"):
            if self.take() == "_":
                positions = self.group()
                parts = self.index_list(positions, 2 if "," in positions else 0)
                if not bracketed:
                    raise Ambiguous("a subscript on something that is no letter")
                node = ("entry", node, [None if p == [":"] else self.inner(p).whole() for p in parts])
                continue
            exponent = self.group()
            if exponent == ["\\top"]:
                node = ("transpose", node)
            elif exponent == ["-", "1"]:
                node = ("inverse", node)
            else:
                node = ("power", node, self.exponent(exponent))
        return node

    def exponent(self, tokens):
        if "/" not in tokens:
            return self.inner(tokens).whole()
        above, below = tokens[: tokens.index("/")], tokens[tokens.index("/") + 1 :]
        return ("quotient", self.inner(above).whole(), self.inner(below).whole())

"""Prints versions and specifiers, with what the package `packaging` makes of them, as JSON lines.

Arguments: seed, count. The parts are drawn from small pools, so that versions often differ in one part only.
"""

import json
import random
import sys

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

random.seed(int(sys.argv[1]))
COUNT = int(sys.argv[2])
# Not in it: the separators U+001C to U+001F, which Python takes for blanks and we do not.
NUMBERS = ["0", "1", "2", "3", "9", "10", "31", "007", "20260401", "99999999999999999999"]
SEPARATORS = ["", ".", "-", "_"]
NOISE = list(".-_+!*v19arcdevpost,<>=~ ;)é\t\u0130\u017f")


def some(*choices):
    return random.choice(choices)


def maybe(chance, make):
    return make() if random.random() < chance else ""


def number():
    return random.choice(NUMBERS[:6] if random.random() < 0.8 else NUMBERS)


def release(least=1):
    return ".".join(number() for _ in range(random.randint(least, 4)))


def pre():
    word = some("a", "b", "rc", "alpha", "beta", "c", "pre", "preview", "RC")
    return random.choice(SEPARATORS) + word + random.choice(SEPARATORS) + some("", number())


def post():
    word = some("post", "rev", "r", "Post")
    return some("-" + number(), random.choice(SEPARATORS) + word + random.choice(SEPARATORS) + some("", number()))


def dev():
    return random.choice(SEPARATORS) + "dev" + random.choice(SEPARATORS) + some("", number())


def local():
    parts = [some("abc", "Ubuntu", "1a", number()) for _ in range(random.randint(1, 3))]
    return "+" + random.choice(".-_").join(parts)


def version(with_local=True, least=1, base=None):
    return (
        maybe(0.05, lambda: "v")
        + maybe(0.08, lambda: some("0!", "1!"))
        + (base or release(least))
        + maybe(0.3, pre)
        + maybe(0.25, post)
        + maybe(0.25, dev)
        + (maybe(0.25, local) if with_local else "")
    )


def near(text):
    """Something close to a version: the same release, shortened, lengthened, or one more."""
    parsed = Version(text)
    parts = list(parsed.release)
    change = random.random()
    if change < 0.2:
        parts.append(0)
    elif change < 0.4 and len(parts) > 1:
        parts.pop()
    elif change < 0.55:
        parts[-1] += 1
    return (f"{parsed.epoch}!" if parsed.epoch else "") + ".".join(map(str, parts))


def clause(about):
    operator = some("==", "!=", "<=", ">=", "<", ">", "~=", "==", "<", ">")
    base = near(about) if random.random() < 0.75 else None
    blank = maybe(0.1, lambda: " ")
    if random.random() < 0.03:
        return "===" + some(about, about.upper(), near(about))
    if operator in ("==", "!=") and random.random() < 0.4:
        return operator + blank + (base or release()) + ".*"
    if base is not None and random.random() < 0.3:
        return operator + blank + some(base, str(Version(about).public))
    if base is not None:
        base = base.split("!")[-1]
    return operator + blank + version(operator in ("==", "!="), 2 if operator == "~=" else 1, base)


def spoilt(text):
    at = random.randint(0, len(text))
    return some(text[:at] + random.choice(NOISE) + text[at:], text[:at] + text[at + 1 :])


def read(make, text, wrong):
    try:
        return make(text)
    except wrong:
        return None


for _ in range(COUNT):
    first = version()
    while read(Version, first, InvalidVersion) is None:
        first = version()
    second = version(base=near(first).split("!")[-1]) if random.random() < 0.7 else version()
    spec = ",".join(clause(first) for _ in range(some(1, 1, 1, 2, 3)))
    if random.random() < 0.1:
        spec = spoilt(spec)
    if random.random() < 0.1:
        second = spoilt(second)
    specifiers = read(SpecifierSet, spec, InvalidSpecifier)
    a, b = Version(first), read(Version, second, InvalidVersion)
    print(
        json.dumps(
            {
                "a": first,
                "b": second,
                "order": None if b is None else (a > b) - (a < b),
                "specifier": spec,
                "isIn": None if specifiers is None else specifiers.contains(first, prereleases=True),
            }
        )
    )

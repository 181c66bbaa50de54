"""Start-up hook of `metal-guard run --wired-limit`: keeps the programs of this Python from wiring memory (ml-explore/mlx#3186).

Python loads it as `sitecustomize`, because its folder stands first in PYTHONPATH. It takes that folder off the path, changes
one function of mlx.core once that is loaded, and then runs the `sitecustomize` that would have been loaded without it. What it
did it writes as "PID WORD" lines to METALGUARD_WIRED_MARKS, from which the guard knows whether the policy is in force. It
needs nothing but the standard library and never keeps a program from starting.
"""

import os
import sys


def _tell(word):
    try:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        marks = os.open(os.environ["METALGUARD_WIRED_MARKS"], flags, 0o600)
        try:
            os.write(marks, ("%d %s\n" % (os.getpid(), word)).encode("ascii"))
        finally:
            os.close(marks)
    except (KeyError, OSError):
        # The guard says then that it does not know.
        pass


def _apply(mx, policy):
    real = getattr(mx, "set_wired_limit", None)
    if real is None:
        _tell("absent")
        return
    answer = 0
    if policy != "off":
        answer = int(policy)
        real(answer)

    def set_wired_limit(limit):
        return answer

    set_wired_limit.__doc__ = real.__doc__
    mx.set_wired_limit = set_wired_limit
    metal = getattr(mx, "metal", None)
    if hasattr(metal, "set_wired_limit"):
        metal.set_wired_limit = set_wired_limit
    _tell("in-force")


class _Loader(object):
    """Loads mlx.core by its own loader, and changes it before anybody has it."""

    def __init__(self, real, policy):
        self._real = real
        self._policy = policy

    def __getattr__(self, name):
        return getattr(self._real, name)

    def create_module(self, spec):
        return self._real.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = self._real
        module.__loader__ = self._real
        self._real.exec_module(module)
        try:
            _apply(module, self._policy)
        except Exception:
            _tell("failed")


class _Finder(object):
    """Finds mlx.core where everybody else would."""

    def __init__(self, policy):
        self._policy = policy

    def find_spec(self, name, path=None, target=None):
        if name != "mlx.core":
            return None
        for finder in list(sys.meta_path):
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec = find(name, path, target)
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader, self._policy)
                return spec
        return None


def _chain():
    """Loads what would have been loaded in our place."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    ours = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [one for one in sys.path if os.path.abspath(one) != ours]
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    before = sys.modules["sitecustomize"]
    sys.modules["sitecustomize"] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules["sitecustomize"] = before
        raise


_policy = os.environ.get("METALGUARD_WIRED_LIMIT", "")
if _policy == "off" or _policy.isdigit():
    sys.meta_path.insert(0, _Finder(_policy))
    _tell("loaded")
_chain()

"""Loaded by every Python of a test that puts this folder on its path. The generation of mlx-lm's server misbehaves there
from the moment when a file of that name stands in TEST_SERVER: `hang` blocks it for ever, `grow` takes 8 MiB of MLX's memory
with each step and keeps them.
"""

import os
import threading
import time

FOLDER = os.environ.get("TEST_SERVER", "")
HELD = []


def is_asked(what):
    return os.path.exists(os.path.join(FOLDER, what))


def misbehave(mx):
    if is_asked("hang"):
        with open(os.path.join(FOLDER, "hung"), "w"):
            threading.Event().wait()
    if is_asked("grow"):
        block = mx.ones((1 << 21,), dtype=mx.float32)
        mx.eval(block)
        HELD.append(block)
        time.sleep(0.01)


if FOLDER:
    import mlx.core as mx
    from mlx_lm.generate import BatchGenerator

    real = BatchGenerator.next

    def next_step(self, *args, **more):
        misbehave(mx)
        return real(self, *args, **more)

    BatchGenerator.next = next_step

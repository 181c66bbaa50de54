"""Loaded by every Python of a test that puts this folder on its path: writes down what MLX is asked to do, and has a
generate misbehave as MISBEHAVE says, at its second piece.
"""

import ctypes
import os
import subprocess
import sys
import time

TRACE = os.environ.get("TEST_TRACE")
MISBEHAVE = os.environ.get("TEST_MISBEHAVE", "")
CRUMBS = os.environ.get("TEST_CRUMBS")


def note(text):
    if TRACE:
        with open(TRACE, "a") as file:
            file.write(text + "\n")


def crumbs(tag):
    with open(CRUMBS) as file:
        return sum(tag in line for line in file)


def wrap(module, name, words):
    real = getattr(module, name)

    def wrapped(*args, **more):
        note(words(*args))
        return real(*args, **more)

    setattr(module, name, wrapped)


def misbehave(kind):
    if kind == "abort":
        os.abort()
    if kind == "metal":
        os.write(
            2,
            b"libc++abi: terminating due to uncaught exception of type std::runtime_error: [METAL] Command buffer"
            b" execution failed: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)\n",
        )
        os.abort()
    if kind == "segfault":
        ctypes.string_at(0)
    if kind == "hang":
        time.sleep(3600)
    if kind == "raise":
        raise RuntimeError(
            "[METAL] Command buffer execution failed: Insufficient Memory"
            " (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)"
        )
    if kind == "exit":
        sys.exit(3)
    if kind == "print":
        print('{"is": "done", "id": 2, "finish": "stop", "prompt_tokens": 1, "tokens": 1}')
        print("a line of a model", flush=True)
        os.write(1, b'{"is": "bye", "because": "idle"}\n\xff\xfe\n')
        subprocess.run(["echo", '{"is": "error", "id": 2, "type": "X", "message": "Y"}'], check=True)
        note("reads " + repr(sys.stdin.read()))
    if kind == "wired":
        import mlx.core as mx

        note("set_wired_limit answers " + str(mx.set_wired_limit(123456)))
    if kind == "fork":
        child = subprocess.Popen(["sleep", "1000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        note("child " + str(child.pid))


if TRACE or MISBEHAVE:
    if MISBEHAVE == "greet":
        print("welcome to this machine", flush=True)
    if MISBEHAVE == "babble":
        for _ in range(2000):
            print("{'is': 'done'}", flush=True)
        time.sleep(3600)
    if MISBEHAVE == "mute":
        time.sleep(3600)
    import mlx.core
    import mlx_lm

    wrap(mlx.core, "clear_cache", lambda: "clear_cache")
    wrap(mlx.core, "synchronize", lambda *args: "synchronize" if not args else "synchronize stream")
    wrap(mlx.core, "set_wired_limit", lambda limit: "real set_wired_limit " + str(limit))
    real_generate = mlx_lm.stream_generate

    def stream_generate(*args, **more):
        if CRUMBS:
            note("generate with %d PRE and %d POST written" % (crumbs("SUBPROC_PRE"), crumbs("SUBPROC_POST")))
        for number, piece in enumerate(real_generate(*args, **more)):
            if number == 1:
                misbehave(MISBEHAVE)
            if MISBEHAVE == "slow":
                time.sleep(0.05)
            yield piece
        note("generated")

    mlx_lm.stream_generate = stream_generate

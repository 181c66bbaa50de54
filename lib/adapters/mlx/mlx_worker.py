"""Owns MLX in a process of its own, on behalf of metal-guard.

It needs the standard library and mlx only (and mlx-lm or mlx-vlm to run a model), and Python 3.9 or newer. The guard sends
this text to a waiting interpreter once the GPU lock names that process; see worker_process.ts.

Protocol, version 1: one JSON object a line, both ways. The pipes are those that the process was started with as standard
input and output. They are moved away first, so that whatever a model prints ends on standard error and nothing that a model
starts inherits them. worker_protocol.ts holds the same as types; both change together.

    guard to worker                          worker to guard
    {"id": 1, "do": "load", backend, model,  {"is": "done", "id": 1, versions, patches, wired, memory}
     wired, first_sleep_ms, idle_ms}
    {"id": 2, "do": "generate", prompt,      {"is": "ask", "id": 2, "tag": "SUBPROC_PRE", meta}: waits for "go" or "stop"
     system, max_tokens, temperature,        {"is": "token", "id": 2, text}: as often as there is text
     images}                                 {"is": "mark", "id": 2, "tag": "SUBPROC_POST", meta}
                                             {"is": "done", "id": 2, finish, prompt_tokens, tokens, memory}
    {"id": 2, "do": "go"}                    the guard has written down what begins
    {"id": 2, "do": "stop"}                  the guard refuses it: "done" with finish "refused"
    {"id": 2, "do": "cancel"}                "done" with finish "cancelled", or nothing where 2 has ended
    {"id": 3, "do": "memory"}                answered at once, also in the middle of a generate
    {"id": 4, "do": "reset_peak"}            {"is": "done", "id": 4, memory}
    {"id": 5, "do": "clear_cache"}           {"is": "done", "id": 5, memory}: after a synchronise
    {"id": 6, "do": "probe"}                 {"is": "done", "id": 6, memory}: one small multiplication came out right
    {"id": 7, "do": "shutdown"}              {"is": "bye", because}, and the end

The first line of all is {"is": "hello", "protocol": 1, "pid", "python"}. A request that fails is answered by
{"is": "error", "id", "type", "message"}, and the worker goes on. Requests are worked off one after the other on the main
thread, because MLX's streams belong to the thread that made them; only "memory", "cancel", "go" and "stop" are taken at once.
When the guard is gone (its end of the pipe is closed) the worker stops what it does and ends, 10 s later at the latest.
"""

import faulthandler
import gc
import importlib
import importlib.metadata
import json
import os
import platform
import queue
import signal
import sys
import threading
import time

PROTOCOL = 1
# A generate that does not come to its end after the guard is gone is not worth more.
GONE_GRACE_S = 10.0
# Longest message of an error; a compiler's whole output helps nobody.
LONGEST_MESSAGE = 4096


class Pipes:
    """The two private pipes. Nothing else in this process can reach them."""

    def __init__(self):
        self._lock = threading.Lock()
        self._answers = os.dup(1)
        commands = os.dup(0)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        self._commands = os.fdopen(commands, "rb")

    def send(self, message):
        data = memoryview((json.dumps(message) + "\n").encode("ascii"))
        with self._lock:
            while data:
                try:
                    data = data[os.write(self._answers, data):]
                except OSError:
                    # The guard is gone; the reading side sees it too and ends us.
                    return

    def __iter__(self):
        return iter(self._commands)


class MlxLm:
    """Text models, by mlx-lm."""

    package = "mlx-lm"

    def __init__(self, model_id):
        from mlx_lm import load, stream_generate
        from mlx_lm.sample_utils import make_sampler

        self._generate = stream_generate
        self._sampler = make_sampler
        self.model_id = model_id
        self.model, self.tokenizer = load(model_id)

    def streams(self):
        module = sys.modules.get("mlx_lm.generate")
        stream = getattr(module, "generation_stream", None)
        return [] if stream is None else [stream]

    def prompt(self, command):
        """The prompt as the model's tokens."""
        text, is_formatted = chat_prompt(self.tokenizer, self.model_id, command)
        bos = getattr(self.tokenizer, "bos_token", None)
        adds_special = not is_formatted and (bos is None or not text.startswith(bos))
        return list(self.tokenizer.encode(text, add_special_tokens=adds_special))

    def stream(self, prompt, command):
        return self._generate(
            self.model,
            self.tokenizer,
            prompt,
            max_tokens=command["max_tokens"],
            sampler=self._sampler(temp=command["temperature"]),
        )


class MlxVlm:
    """Models that see, by mlx-vlm."""

    package = "mlx-vlm"

    def __init__(self, model_id):
        from mlx_vlm import load, stream_generate

        self._generate = stream_generate
        self.model_id = model_id
        self.model, self.processor = load(model_id)
        self.tokenizer = getattr(self.processor, "tokenizer", self.processor)

    def streams(self):
        module = sys.modules.get("mlx_vlm.generate")
        stream = getattr(module, "generation_stream", None)
        return [] if stream is None else [stream]

    def prompt(self, command):
        """The prompt as text: where images stand in it is the package's to say."""
        images = command.get("images") or []
        try:
            from mlx_vlm.prompt_utils import apply_chat_template

            text = with_system(command["prompt"], command["system"])
            return apply_chat_template(self.processor, self.model.config, text, num_images=len(images))
        except Exception as error:
            say("no chat template: " + one_line(error))
            return chat_prompt(self.tokenizer, self.model_id, command)[0]

    def stream(self, prompt, command):
        more = {"image": command["images"]} if command.get("images") else {}
        return self._generate(
            self.model,
            self.processor,
            prompt,
            max_tokens=command["max_tokens"],
            temperature=command["temperature"],
            **more,
        )


BACKENDS = {"mlx-lm": MlxLm, "mlx": MlxLm, "mlx-vlm": MlxVlm}

# How families that come without a chat template are spoken to, by a part of the model's name.
FAMILIES = (
    ("gemma", "<start_of_turn>user\n{}<end_of_turn>\n<start_of_turn>model\n"),
    ("mistral", "[INST] {} [/INST]"),
    ("mixtral", "[INST] {} [/INST]"),
    ("phi", "<|user|>\n{}<|end|>\n<|assistant|>\n"),
)


def with_system(prompt, system):
    return system + "\n\n" + prompt if system else prompt


def chat_prompt(tokenizer, model_id, command):
    """The prompt in the model's own form, and whether that form already holds its special tokens."""
    prompt, system = command["prompt"], command["system"]
    plain = with_system(prompt, system)
    if getattr(tokenizer, "chat_template", None) is not None or getattr(tokenizer, "has_chat_template", False):
        turns = [[{"role": "user", "content": plain}]]
        if system:
            # Some templates, gemma's among them, know no such role and raise.
            turns.insert(0, [{"role": "system", "content": system}, {"role": "user", "content": prompt}])
        for messages in turns:
            try:
                return tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False), True
            except Exception as error:
                say("chat template failed: " + one_line(error))
    name = model_id.rstrip("/").rsplit("/", 1)[-1].lower()
    for family, template in FAMILIES:
        if family in name:
            return template.replace("{}", plain), False
    return plain, False


def count_tokens(backend, prompt):
    """Tokens of a prompt: exact where there is a tokenizer, else a quarter of its characters."""
    if not isinstance(prompt, str):
        return len(prompt)
    try:
        return len(backend.tokenizer.encode(prompt))
    except Exception:
        return len(prompt) // 4


def apply_wired_policy(mx, policy):
    """Keeps programs from wiring memory (ml-explore/mlx#3186). Has to come before anything else takes the function."""
    if policy == "stock":
        return
    real = getattr(mx, "set_wired_limit", None)
    if policy != "off" and real is not None:
        real(int(policy))
    answer = 0 if policy == "off" else int(policy)

    def set_wired_limit(limit):
        return answer

    mx.set_wired_limit = set_wired_limit
    metal = getattr(mx, "metal", None)
    if hasattr(metal, "set_wired_limit"):
        metal.set_wired_limit = set_wired_limit


def version_of(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def patch_think_start_id():
    """ml-explore/mlx-lm#1128: the property asks for the length of nothing where a tokenizer has no thinking tokens."""
    if version_of("mlx-lm") != "0.31.2":
        return False
    wrapper = importlib.import_module("mlx_lm.tokenizer_utils").TokenizerWrapper
    upstream = wrapper.__dict__["think_start_id"]
    if getattr(upstream.fget, "is_metal_guard", False):
        return True

    def think_start_id(self):
        return None if self._think_start_tokens is None else upstream.fget(self)

    think_start_id.is_metal_guard = True
    wrapper.think_start_id = property(think_start_id, doc=upstream.__doc__)
    return True


PATCHES = (("mlx_lm_1128_think_start_id", patch_think_start_id),)


def apply_patches():
    """Names of the patches in force. One that fails is told and left out."""
    names = []
    for name, patch in PATCHES:
        try:
            if patch():
                names.append(name)
        except Exception as error:
            say("patch " + name + " failed: " + one_line(error))
    return names


def one_line(error):
    text = " ".join(str(error).split())
    return (type(error).__name__ + ": " + text)[:LONGEST_MESSAGE]


def say(text):
    """A word for whoever reads standard error."""
    try:
        os.write(2, ("metal-guard worker: " + text + "\n").encode("utf-8", "replace"))
    except OSError:
        pass


class Worker:
    """Takes commands and answers them."""

    def __init__(self, pipes):
        self._pipes = pipes
        self._commands = queue.SimpleQueue()
        self._verdicts = queue.SimpleQueue()
        self._cancelled = set()
        self._is_ending = threading.Event()
        self._end_because = None
        self._mx = None
        self._backend = None
        self._first_sleep_s = None
        self._idle_s = None

    def start_reading(self):
        threading.Thread(target=self._read, name="commands", daemon=True).start()

    def _read(self):
        for line in self._pipes:
            try:
                command = json.loads(line)
                what = command["do"]
            except (ValueError, TypeError, KeyError):
                say("a command could not be read")
                continue
            if what == "memory":
                self._answer(command, lambda _: {"memory": self._memory()})
            elif what == "cancel":
                self._cancelled.add(command["id"])
            elif what in ("go", "stop"):
                self._verdicts.put((command["id"], what))
            else:
                if what == "shutdown":
                    self.end("shutdown")
                self._commands.put(command)
        self.end("guard gone")
        time.sleep(GONE_GRACE_S)
        os._exit(0)

    def end(self, because):
        """Ends what is being done, and then the process."""
        if self._end_because is None:
            self._end_because = because
        self._is_ending.set()
        self._verdicts.put((None, "stop"))
        self._commands.put(None)

    def work(self):
        """Works commands off until the end; answers why it ended."""
        while not self._is_ending.is_set():
            try:
                command = self._commands.get(timeout=self._idle_s)
            except queue.Empty:
                self.end("idle")
                break
            if command is None:
                break
            step = {
                "load": self._load,
                "generate": self._run_generate,
                "reset_peak": self._reset_peak,
                "clear_cache": self._clear_cache,
                "probe": self._probe,
                "shutdown": lambda _: {},
            }.get(command["do"])
            self._answer(command, step)
            # A cancel may come late; numbers only grow, so that those up to this one mean nothing any more.
            self._cancelled.difference_update([one for one in tuple(self._cancelled) if one <= command["id"]])
        self._let_go()
        return self._end_because

    def _answer(self, command, step):
        try:
            if step is None:
                raise ValueError("unknown command " + repr(command.get("do"))[:100])
            answer = step(command)
        except BaseException as error:
            # Not even a model's sys.exit() ends the worker without an answer.
            self._pipes.send({
                "is": "error",
                "id": command.get("id"),
                "type": type(error).__name__,
                "message": str(error)[:LONGEST_MESSAGE],
            })
            return
        self._pipes.send(dict(answer, **{"is": "done", "id": command.get("id")}))

    def _load(self, command):
        import mlx.core as mx

        self._mx = mx
        apply_wired_policy(mx, command["wired"])
        patches = apply_patches()
        backend = BACKENDS.get(command["backend"])
        if backend is None:
            raise ValueError("unknown backend " + repr(command["backend"])[:100])
        self._backend = backend(command["model"])
        sleep_ms = command.get("first_sleep_ms")
        self._first_sleep_s = None if sleep_ms is None else sleep_ms / 1000
        idle_ms = command.get("idle_ms")
        self._idle_s = None if idle_ms is None else idle_ms / 1000
        names = ("mlx", "mlx-lm", "mlx-vlm", "transformers")
        return {
            "versions": {name: version for name, version in ((n, version_of(n)) for n in names) if version},
            "patches": patches,
            "wired": command["wired"],
            "memory": self._memory(),
        }

    def _run_generate(self, command):
        if self._backend is None:
            raise RuntimeError("no model is loaded")
        prompt = self._backend.prompt(command)
        prompt_tokens = count_tokens(self._backend, prompt)
        figures = {"prompt_tokens": prompt_tokens, "tokens": 0, "finish": "cancelled"}
        self._flush_before_first(command)
        if self._stops(command):
            return dict(figures, memory=self._memory())
        self._clear()
        if not self._ask(command, {"ctx": prompt_tokens + command["max_tokens"]}):
            ends = self._stops(command)
            return dict(figures, finish="cancelled" if ends else "refused", memory=self._memory())
        begin = time.monotonic()
        trouble = None
        try:
            self._generate(command, prompt, figures)
        except BaseException as error:
            trouble = type(error).__name__
            raise
        finally:
            try:
                # The order is the point: what the GPU still holds must not be given away (ml-explore/mlx#3186).
                self._synchronise()
                self._mx.clear_cache()
            finally:
                meta = {"elapsed_ms": round((time.monotonic() - begin) * 1000), "tok_out": figures["tokens"]}
                if trouble is not None:
                    meta["error"] = trouble
                self._mark(command, "SUBPROC_POST", meta)
        return dict(figures, memory=self._memory())

    def _generate(self, command, prompt, figures):
        if self._stops(command):
            return
        stream = self._backend.stream(prompt, command)
        try:
            figures["finish"] = "stop"
            for piece in stream:
                if self._stops(command):
                    figures["finish"] = "cancelled"
                    break
                figures["tokens"] = getattr(piece, "generation_tokens", figures["tokens"] + 1)
                reason = getattr(piece, "finish_reason", None)
                if reason is not None:
                    figures["finish"] = str(reason)
                if piece.text:
                    self._pipes.send({"is": "token", "id": command["id"], "text": piece.text})
        finally:
            if hasattr(stream, "close"):
                stream.close()

    def _flush_before_first(self, command):
        """gemma-4 is known to panic machines in its first generate; it gets an empty cache and a moment of rest."""
        if self._first_sleep_s is None:
            return
        self._mark(command, "GEMMA4_FLUSH", {})
        self._clear()
        self._is_ending.wait(self._first_sleep_s)
        self._mark(command, "GEMMA4_FLUSH_DONE", {})
        self._first_sleep_s = None

    def _stops(self, command):
        return self._is_ending.is_set() or command["id"] in self._cancelled

    def _mark(self, command, tag, meta):
        self._pipes.send({"is": "mark", "id": command["id"], "tag": tag, "meta": meta})

    def _ask(self, command, meta):
        self._pipes.send({"is": "ask", "id": command["id"], "tag": "SUBPROC_PRE", "meta": meta})
        while True:
            number, verdict = self._verdicts.get()
            if number == command["id"]:
                return verdict == "go"
            if self._is_ending.is_set():
                return False

    def _synchronise(self):
        self._mx.synchronize()
        for stream in self._backend.streams() if self._backend is not None else []:
            try:
                self._mx.synchronize(stream)
            except TypeError:
                # Versions whose stream is not one that can be waited for by itself.
                pass

    def _clear(self):
        self._synchronise()
        self._mx.clear_cache()

    def _clear_cache(self, _):
        self._need_mlx()
        gc.collect()
        self._clear()
        return {"memory": self._memory()}

    def _reset_peak(self, _):
        self._need_mlx()
        self._mx.reset_peak_memory()
        return {"memory": self._memory()}

    def _probe(self, _):
        self._need_mlx()
        mx = self._mx
        ones = mx.ones((64, 64))
        total = float(mx.sum(ones @ ones).item())
        self._synchronise()
        if total != 64.0**3:
            raise RuntimeError("the GPU calculated " + repr(total) + " where 262144.0 was due")
        return {"memory": self._memory()}

    def _need_mlx(self):
        if self._mx is None:
            raise RuntimeError("no model is loaded")

    def _memory(self):
        """Readings in bytes; what this build of MLX does not tell is left out."""
        mx = self._mx
        if mx is None:
            return {}
        found = {}
        for key, name in (("active", "get_active_memory"), ("peak", "get_peak_memory"), ("cache", "get_cache_memory")):
            read = getattr(mx, name, None) or getattr(getattr(mx, "metal", None), name, None)
            if read is not None:
                found[key] = int(read())
        try:
            limit = mx.device_info().get("max_recommended_working_set_size")
        except Exception:
            limit = None
        if limit:
            found["limit"] = int(limit)
        return found

    def _let_go(self):
        """Gives the GPU's memory back before the process ends, so that nothing is freed under a running command."""
        if self._mx is None:
            return
        try:
            self._synchronise()
            self._backend = None
            gc.collect()
            self._mx.clear_cache()
        except Exception as error:
            say("letting go failed: " + one_line(error))


def main():
    # What kills us from below (SIGABRT out of a completion handler, SIGSEGV) leaves every thread's stack behind.
    faulthandler.enable(file=2, all_threads=True)
    if sys.path and sys.path[0] == "":
        # A folder that happens to be the current one must not provide our modules.
        del sys.path[0]
    pipes = Pipes()
    worker = Worker(pipes)
    # A terminal sends it to the guard as well, and the guard decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: worker.end("signal"))
    pipes.send({"is": "hello", "protocol": PROTOCOL, "pid": os.getpid(), "python": platform.python_version()})
    worker.start_reading()
    because = worker.work()
    pipes.send({"is": "bye", "because": because})
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass
    # The interpreter's own end would free what is left in no certain order.
    os._exit(0)


if __name__ == "__main__":
    main()

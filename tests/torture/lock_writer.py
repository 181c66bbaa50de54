"""A program of the Python tool's kind: looks at the lock's record, then writes its own. It takes no lock of the kernel's.

Reads lock paths from standard input, one a line, tries each once and prints when it held it.
"""
import json
import os
import sys
import time

MEETING_SEC = 0.02


def holder_lives(path):
    try:
        with open(path, encoding="utf-8") as file:
            pid = json.load(file)["pid"]
        os.kill(pid, 0)
        return pid != os.getpid()
    except (OSError, ValueError, KeyError):
        return False


def write(path):
    record = {
        "pid": os.getpid(),
        "label": "meet",
        "started_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cmdline": "-c",
    }
    temporary = f"{path}.{os.getpid()}"
    with open(temporary, "w", encoding="utf-8") as file:
        json.dump(record, file)
    os.replace(temporary, path)


def give_back(path):
    try:
        with open(path, encoding="utf-8") as file:
            if json.load(file)["pid"] == os.getpid():
                os.unlink(path)
    except (OSError, ValueError, KeyError):
        pass


print("ready", flush=True)
for line in sys.stdin:
    lock = line.strip()
    held = not holder_lives(lock)
    start = end = 0.0
    if held:
        write(lock)
        start = time.time() * 1000
        time.sleep(MEETING_SEC)
        end = time.time() * 1000
        give_back(lock)
    print(json.dumps({"held": held, "from": start, "to": end}), flush=True)

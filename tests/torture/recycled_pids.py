"""The first process of a pid namespace, in which pids are given away again on purpose: `recycled_pids.py HOW FOLDER GUARD…`.

The guard's program starts victims. Shortly before its time is up they end, and their pids go to bystanders that have nothing to do
with the guard. HOW is `wall-time` (the guard ends its program) or `kill` (the guard is killed, and its watcher ends the
program). Prints how many pids were given away again, and how many of these bystanders live at the end.
"""

import os
import subprocess
import sys
import time

VICTIMS = 12
WALL_S = 3.0
how, folder, guard = sys.argv[1], sys.argv[2], sys.argv[3:]

PROGRAM = """
n=0
while [ $n -lt %d ]; do (while [ ! -e die ]; do sleep 0.02; done) & echo $! >>victims; n=$((n + 1)); done
wait
: >dead
exec sleep 600
""" % VICTIMS


def reused(pid):
    """Starts a bystander of that number; answers whether it got it."""
    for _ in range(20):
        with open("/proc/sys/kernel/ns_last_pid", "w") as file:
            file.write(str(pid - 1))
        child = os.fork()
        if child == 0:
            os.execvp("sleep", ["sleep", "600"])
        if child == pid:
            return True
        os.kill(child, 9)
        os.waitpid(child, 0)
        if os.path.exists("/proc/%d" % pid):
            return False
    return False


def wait_for(ask):
    end = time.monotonic() + 30
    while not ask():
        if time.monotonic() > end:
            sys.exit("waited in vain")
        time.sleep(0.005)


def lines(name):
    try:
        with open(name) as file:
            return [int(line) for line in file]
    except (FileNotFoundError, ValueError):
        return []


os.chdir(folder)
words = ["--grace", "1s", "--report", "report.json"]
words += ["--wall-time", "%gs" % WALL_S] if how == "wall-time" else []
process = subprocess.Popen(guard + ["run"] + words + ["--", "/bin/sh", "-c", PROGRAM])
wait_for(lambda: len(lines("victims")) == VICTIMS)
# The guard and its watcher have seen them by now, and look again every half second.
time.sleep(WALL_S - 0.9)
open("die", "w").close()
wait_for(lambda: os.path.exists("dead"))
bystanders = [pid for pid in lines("victims") if reused(pid)]
if how == "kill":
    process.kill()
process.wait()
if how == "kill":
    # The watcher: TERM, at most a second, KILL.
    time.sleep(2.5)
living = [pid for pid in bystanders if os.waitpid(pid, os.WNOHANG) == (0, 0)]
print(len(bystanders), len(living))

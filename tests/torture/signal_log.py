"""Writes a line for each signal and each line of standard input to the file that it is given, its pid first; ends at QUIT, or at
the line `over` with code 5.
"""

import os
import signal
import sys
import threading
import time

log = open(sys.argv[1], "a", buffering=1)
names = sys.argv[2].split(",")


def note(number, _):
    log.write(signal.Signals(number).name + "\n")
    if number == signal.SIGQUIT:
        os._exit(9)


for name in names:
    signal.signal(getattr(signal, "SIG" + name), note)
log.write("%d\n" % os.getpid())


def read():
    for line in sys.stdin:
        log.write("line " + line)
        if line == "over\n":
            os._exit(5)


threading.Thread(target=read, daemon=True).start()
while True:
    # A signal that another thread takes does not end a longer sleep.
    time.sleep(0.02)

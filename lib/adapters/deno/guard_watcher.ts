import { MetalGuardError } from "../../core/error.ts";
import type { GuardWatcher, GuardWatchers } from "../../ports/guard_watcher.ts";
import { fileError, problemOf } from "./file_problem.ts";

/**
 * Reads pids line by line until its standard input ends. `done` before the end says that all is well. Each process is known
 * by its pid and the moment of its start, so that a pid that was given away is left alone.
 */
const SCRIPT = `
trap '' INT TERM HUP QUIT TSTP TTIN TTOU
stamp() {
  if [ -r "/proc/$1/stat" ]; then
    IFS= read -r line < "/proc/$1/stat" 2>/dev/null || return
    set -- \${line##*) }
    case $1 in Z|X|x) return ;; esac
    echo "\${20}"
  elif [ ! -d /proc/self ]; then
    TZ=UTC LC_ALL=C ps -o lstart= -p "$1" 2>/dev/null | tr -d ' \\n'
  fi
}
known=
while IFS= read -r line; do
  case $line in done) exit 0 ;; esac
  next=
  for pid in $line; do
    case $known in
      *" $pid="*) rest=\${known#*" $pid="}; next="$next $pid=\${rest%% *}" ;;
      *) next="$next $pid=$(stamp "$pid")" ;;
    esac
  done
  known="$next "
done
send() {
  left=
  for one in $known; do
    pid=\${one%%=*}; mark=\${one#*=}
    [ -n "$mark" ] && [ "$(stamp "$pid")" = "$mark" ] || continue
    kill "-$1" "$pid" 2>/dev/null
    left="$left$one "
  done
  known=$left
}
send TERM
[ -n "$known" ] || exit 0
waited=0
while [ "$waited" -lt "$1" ]; do
  /bin/sleep 0.1
  waited=$((waited + 100))
  send 0
  [ -n "$known" ] || exit 0
done
send KILL
`;

/** Watchers over `/bin/sh`. */
export function createDenoGuardWatchers(): GuardWatchers {
  return { start: ({ graceMs }) => new DenoGuardWatcher(graceMs) };
}

class DenoGuardWatcher implements GuardWatcher {
  readonly gone: Promise<void>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  constructor(graceMs: number) {
    this.#child = start(graceMs);
    this.#child.unref();
    this.#input = this.#child.stdin.getWriter();
    this.gone = this.#child.status.then(() => undefined);
  }

  async name(pids: readonly number[]): Promise<void> {
    await this.#write(pids.join(" "));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#write("done");
    // It reads the word also when we are gone, and nobody has to wait for that.
    await this.#input.close().catch(() => undefined);
  }

  /** A watcher that is gone reads nothing; its end is told by `gone`. */
  async #write(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`))
      .catch(() => undefined);
  }
}

function start(graceMs: number): Deno.ChildProcess {
  const shell = "/bin/sh";
  try {
    return new Deno.Command(shell, {
      args: ["-c", SCRIPT, "metal-guard-watcher", `${Math.round(graceMs)}`],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
  } catch (error) {
    const cause = fileError(problemOf(error), "start", shell, error);
    throw new MetalGuardError("child-failed", cause.message, { cause });
  }
}

import type { ChildProcesses } from "../ports/child_process.ts";
import type { ProbeOptions } from "../ports/supervised_program.ts";

/** A command that answers whether the program still does its work. */
export interface ProbeCommand {
  /** A shell's words, as typed (SAFETY R3), or one token asked of this server. */
  readonly how:
    | { readonly kind: "shell"; readonly words: string }
    | {
      readonly kind: "openai";
      readonly url: string;
      readonly key: string | undefined;
    };
  /** Time between two, in milliseconds. */
  readonly intervalMs: number;
  /** Longest time of one, in milliseconds. */
  readonly timeoutMs: number;
  /** Time before the first one, in milliseconds. */
  readonly firstAfterMs: number;
}

/** What a completion looks like; its words are the server's. */
const ANSWER = /"choices"\s{0,20}:\s{0,20}\[\s{0,20}\{/;
const MAX_BYTES = 65_536;

/**
 * Turns a command into a probe. A server whose `/health` answers may be dead all the same: only work proves work.
 *
 * Fails closed: a probe that hangs, cannot be started, or answers anything else has failed.
 *
 * @param command What is asked, and how often.
 * @param children How it is started.
 */
export function probeBy(
  { how, ...times }: ProbeCommand,
  children: ChildProcesses,
): ProbeOptions {
  const [args, env] = how.kind === "shell"
    ? [["-c", how.words], {}] as const
    : [["-c", OPENAI_PROBE, "probe", how.url], {
      METALGUARD_PROBE_KEY: how.key,
    }] as const;
  return {
    intervalMs: times.intervalMs,
    firstAfterMs: times.firstAfterMs,
    isAlive: async () => {
      const end = await children.capture("/bin/sh", {
        args,
        env,
        timeoutMs: times.timeoutMs,
        maxBytes: MAX_BYTES,
      });
      if (end.timedOut || end.exitCode !== 0) return false;
      return how.kind === "shell" || ANSWER.test(end.stdout);
    },
  };
}

/**
 * One token of a real completion. The key reaches `curl` through its standard input, so that no list of processes shows it
 * (SAFETY P3).
 */
const OPENAI_PROBE = [
  'config() { [ -z "$METALGUARD_PROBE_KEY" ] || printf \'header = "Authorization: Bearer %s"\\n\' "$METALGUARD_PROBE_KEY"; }',
  'config | METALGUARD_PROBE_KEY= curl --config - --silent --show-error --fail --header "Content-Type: application/json" --data \'{"messages":[{"role":"user","content":"1"}],"max_tokens":1,"stream":false}\' -- "$1"',
].join("\n");

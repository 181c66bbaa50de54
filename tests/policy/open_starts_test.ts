import assert from "node:assert/strict";
import { openStarts, pidOfLine, tryPid } from "../../lib/policy/open_starts.ts";
import type { WorkerLine } from "../../lib/policy/orphans.ts";

const AT = Temporal.Instant.from("2026-11-23T12:00:00Z");

function line(
  tag: string,
  payload: string | undefined,
  pid?: string,
  boot?: string,
): WorkerLine {
  const meta = new Map(pid === undefined ? [] : [["pid", pid]]);
  return { at: AT, localTime: "", tag, payload, meta, boot };
}

function left(...lines: readonly WorkerLine[]): readonly string[] {
  return openStarts(lines).map((one) =>
    `${one.tag} ${one.payload} ${pidOfLine(one)}`
  );
}

Deno.test("openStarts() pairs generates for each model, and runs by their pid", () => {
  // Kills: one model's end taken for another's; a run that looks unfinished because its end says more.
  assert.deepEqual(
    left(line("SUBPROC_PRE", "a"), line("SUBPROC_POST", "b")),
    ["SUBPROC_PRE a null"],
  );
  assert.deepEqual(
    left(
      line("RUN_START", "train", "7"),
      line("RUN_START", "train", "8"),
      line("RUN_END", "train exit=0", "8"),
    ),
    ["RUN_START train 7"],
  );
  assert.deepEqual(
    left(line("RUN_START", undefined, "7"), line("SUBPROC_POST", undefined)),
    ["RUN_START undefined 7"],
  );
});

Deno.test("openStarts() lets no boot end what another one has started", () => {
  // Kills: the next start of the same program, which ends well and hides the one that took the Mac down.
  const [a, b] = ["AAAAAAAA", "BBBBBBBB"];
  assert.deepEqual(
    left(
      line("SUBPROC_PRE", "m", "7", a),
      line("SUBPROC_PRE", "m", "7", b),
      line("SUBPROC_POST", "m", "7", b),
    ),
    ["SUBPROC_PRE m 7"],
  );
  assert.deepEqual(
    left(line("SUBPROC_PRE", "m", undefined, a), line("SUBPROC_POST", "m")),
    [],
  );
});

Deno.test("tryPid() takes nothing for a pid that is none", () => {
  // Kills: pid 0, which is everybody; a pid with a sign or blanks.
  for (const bad of [undefined, "", "0", "-1", "1.5", " 7", "99999999999"]) {
    assert.equal(tryPid(bad), null, bad);
  }
  assert.equal(tryPid("7"), 7);
});

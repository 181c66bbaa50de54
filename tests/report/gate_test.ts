import assert from "node:assert/strict";
import type { PanicRecord, PanicSignature } from "../../lib/core/failure.ts";
import type {
  CooldownVerdict,
  NewestPanic,
} from "../../lib/policy/cooldown_verdict.ts";
import type { CooldownKind } from "../../lib/policy/panic_cooldown.ts";
import { gateJson, gateText, headWords } from "../../lib/report/gate.ts";
import { textStyle } from "../../lib/report/text_style.ts";

const NOW = Temporal.Instant.from("2026-11-24T03:25:00Z");
const END = Temporal.Instant.from("2026-11-24T04:37:00Z");
const ZONE = "Europe/Paris";

const SIGNATURE: PanicSignature = {
  id: "some_signature",
  explanation: "It lost count.",
  stopsGate: true,
  isSuspect: false,
  errorClass: {
    name: "some_class",
    severity: "kernel_panic",
    recoveryHint: "wait_lockout",
    upstream: [],
    plainWords: "The driver is to blame.",
    nextStep: "Try a smaller model.",
  },
};

const RECORD: PanicRecord = {
  ts: 1_795_488_180,
  signature: "some_signature",
  explanation: "It lost count.",
  pid: 812,
  sourceFile: "/r/panic-full.panic",
  bootSessionUuid: null,
  process: "python3.13",
  osBuild: "25F84",
  kextVersion: null,
};

function panic(record: Partial<PanicRecord> = {}): NewestPanic {
  return {
    record: { ...RECORD, ...record },
    at: Temporal.Instant.from("2026-11-24T02:43:00Z"),
    signature: SIGNATURE,
  };
}

function verdict(parts: Partial<CooldownVerdict> = {}): CooldownVerdict {
  return {
    kind: "clear",
    exitCode: 0,
    verdict: { kind: "proceed", reason: "no GPU panic in the last 24 h" },
    recentPanics24h: 0,
    recentPanics72h: 0,
    abortCount24h: 0,
    cooldownUntil: null,
    causes: [],
    clearAt: null,
    suspects: [],
    askedAt: NOW,
    gpuPanics: [],
    hold: null,
    unreadableReports: [],
    findings: [],
    howToClear: [],
    ...parts,
  };
}

/** A verdict that waits for one cause. */
function waiting(
  kind: "sentinel" | "cooldown" | "lockout",
  parts: Partial<CooldownVerdict> = {},
): CooldownVerdict {
  return verdict({
    kind,
    exitCode: 2,
    verdict: { kind: "wait", until: END, reason: "1 h < 2 h", wayOut: "" },
    causes: [{ kind, until: END }],
    clearAt: END,
    cooldownUntil: kind === "lockout" ? null : END,
    howToClear: ["Do this."],
    ...parts,
  });
}

function text(of: CooldownVerdict, color = false): string {
  return gateText(of, {
    timeZone: ZONE,
    style: textStyle({ color, emoji: color }),
  });
}

Deno.test("an open gate is one line", () => {
  // Kills: a page of words in the log of each start.
  assert.equal(
    text(verdict()),
    "GO  no GPU panic in the last 24 hours: GPU work may start\n",
  );
});

Deno.test("a cooldown says what happened, why it waits, until when, and the way out", () => {
  // Kills: any of the five that is missing at 3 a.m.; a time without its zone.
  assert.equal(
    text(waiting("cooldown", { gpuPanics: [panic()] })),
    `WAIT  the GPU driver took this Mac down: GPU work has to wait

Happened    Kernel panic Tue 24 Nov 2026, 03:43 (UTC+01:00, Europe/Paris), 42
            min ago.
            The driver is to blame.
            Signature some_signature: It lost count.
            Task at that moment: python3.13 (pid 812); it may be a bystander.
            Report: /r/panic-full.panic

Why         A Mac that starts the same GPU work right after such a panic
            panics again within minutes.
            (1 h < 2 h)

Until       Tue 24 Nov 2026, 05:37 (UTC+01:00, Europe/Paris), in 1 h 12 min

What to do  Do this.

Afterwards  Try a smaller model.
`,
  );
});

Deno.test("a lockout says that a person has to act, and when it ends at the latest", () => {
  // Kills: a lockout that reads as if waiting were enough, or as if it never ended.
  assert.equal(
    text(waiting("lockout", {
      gpuPanics: [panic({ pid: null, process: null }), panic(), panic()],
    })),
    `WAIT  the GPU driver keeps taking this Mac down: GPU work is locked

Happened    Kernel panic Tue 24 Nov 2026, 03:43 (UTC+01:00, Europe/Paris), 42
            min ago.
            The driver is to blame.
            Signature some_signature: It lost count.
            Report: /r/panic-full.panic
            2 more GPU panics within 72 hours.

Why         This has happened too often to try again by itself: a person has
            to look first.
            (1 h < 2 h)

Until       a person says so, at the latest Tue 24 Nov 2026, 05:37 (UTC+01:00,
            Europe/Paris), in 1 h 12 min

What to do  Do this.

Afterwards  Try a smaller model.
`,
  );
});

Deno.test("a hold says who set it and why", () => {
  // Kills: a hold that nobody can trace.
  const why = (
    by: "person" | "postmortem" | "python" | "damaged",
    reason: string | null,
  ): string | undefined =>
    /^Why {9}(.*)$/m.exec(
      text(waiting("sentinel", { hold: { until: END, by, reason } })),
    )?.[1];
  assert.equal(why("person", "training"), "A person set a hold: training");
  assert.equal(why("postmortem", null), "The post-mortem set a hold.");
  assert.equal(why("python", null), "The Python metal-guard set a hold.");
  assert.equal(
    why("damaged", "torn"),
    "The hold file is damaged, so the longest hold is assumed: torn",
  );
});

Deno.test("evidence that cannot be read is named, with the way to read it", () => {
  // Kills: exit 3 without a word about what and how (SPEC 4.3).
  assert.equal(
    text(verdict({
      kind: "broken",
      exitCode: 3,
      unreadableReports: [{
        path: "/r",
        message: "Cannot list /r: permission denied",
        fix: "sudo chmod o+rx /r",
      }],
      howToClear: ["sudo chmod o+rx /r"],
      findings: [{ code: "x", message: "By the way.", fix: null }],
    })),
    `CANNOT TELL  records of kernel panics exist that cannot be read

Unreadable  Cannot list /r: permission denied

What to do  sudo chmod o+rx /r

Note        By the way.
`,
  );
});

Deno.test("every kind has a sentence of its own", () => {
  // Kills: two kinds that a person cannot tell apart.
  const kinds: readonly CooldownKind[] = [
    "kill_switch",
    "sentinel",
    "clear",
    "cooldown",
    "expired",
    "lockout",
    "ack",
    "absolute_max",
    "broken",
  ];
  const words = kinds.map((kind) => headWords(verdict({ kind })));
  assert.equal(new Set(words).size, kinds.length);
  for (const sentence of words) assert.match(sentence, /^[a-zG][^\n]{15,90}$/);
});

Deno.test("colour and emoji only where they were asked for", () => {
  // Kills: escape sequences in the log of a launchd job.
  assert.match(
    text(verdict(), true),
    /^🟢 \p{Cc}\[1;32mGO\p{Cc}\[0m {2}\p{Cc}\[1m/u,
  );
  assert.match(text(waiting("cooldown"), true), /^🔴 \p{Cc}\[1;31mWAIT/u);
  assert.doesNotMatch(
    text(waiting("cooldown")).replaceAll("\n", ""),
    /\p{Cc}/u,
  );
});

Deno.test("nothing hostile reaches the terminal", () => {
  // Kills: a process, a path or a reason that clears the screen or turns its writing around.
  const evil = "\u001b[2J\u0007\u009b1m\u202e\r";
  const shown = text(waiting("sentinel", {
    hold: { until: END, by: "person", reason: evil },
    gpuPanics: [panic({ process: evil, sourceFile: `/r/${evil}` })],
    unreadableReports: [{ path: evil, message: evil, fix: "" }],
    findings: [{ code: "x", message: evil, fix: evil }],
  }));
  assert.doesNotMatch(shown.replaceAll("\n", ""), /[\p{Cc}\u202e]/u);
});

Deno.test("gateJson() begins with the seed's five keys in its forms, then ours", () => {
  // Kills: a dashboard of the Python tool that finds another form; a key that is missing when nothing waits.
  const json = gateJson(waiting("cooldown", { gpuPanics: [panic()] }), ZONE);
  assert.deepEqual(Object.keys(json), [
    "exit_code",
    "reason",
    "recent_panics_24h",
    "recent_panics_72h",
    "cooldown_until",
    "cooldown_until_utc",
    "clear_at",
    "clear_at_utc",
    "abort_count_24h",
    "kind",
    "causes",
    "newest_panic",
    "gpu_panics_seen",
    "unreadable_reports",
    "suspects",
    "findings",
    "how_to_clear",
  ]);
  assert.equal(json["cooldown_until"], "2026-11-24T05:37:00");
  assert.equal(json["cooldown_until_utc"], "2026-11-24T04:37:00Z");
  assert.deepEqual(json["causes"], [
    { kind: "cooldown", until_utc: "2026-11-24T04:37:00Z" },
  ]);
  const open = gateJson(verdict(), ZONE);
  assert.deepEqual(Object.keys(open), Object.keys(json));
  assert.deepEqual(
    [open["cooldown_until"], open["clear_at_utc"], open["newest_panic"]],
    [null, null, null],
  );
});

Deno.test("gateText() says what is only suspected, and by what", () => {
  // Kills: a wait for which no panic is to be found; a hostile model name that colours the terminal.
  const at = Temporal.Instant.from("2026-11-24T02:43:00Z");
  const show = (because: "no_end" | "watchdog"): string =>
    gateText(
      verdict({
        kind: "cooldown",
        exitCode: 2,
        verdict: { kind: "wait", until: END, reason: "r", wayOut: "wait" },
        causes: [{ kind: "suspect", until: END }],
        clearAt: END,
        suspects: [
          { at, because, what: "SUBPROC_PRE: a\u001b[31m", boot: null },
          { at, because, what: "x", boot: null },
        ],
      }),
      { timeZone: ZONE, style: textStyle({ color: false, emoji: false }) },
    );
  const text = show("no_end");
  assert.match(text, /^WAIT {2}this Mac may have gone down under GPU work/);
  assert.match(text, /^Suspected {3}GPU work began and never ended/m);
  assert.match(text, /^ {12}1 more like it\.$/m);
  assert.doesNotMatch(text.replaceAll("\n", ""), /\p{Cc}/u);
  assert.match(show("watchdog"), /A watchdog took this Mac down/);
});

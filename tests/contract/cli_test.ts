/**
 * What every command prints and with which code it ends, as processes in a HOME of their own. The expected texts stand in
 * `tests/fixtures/cli/`; `METALGUARD_UPDATE_GOLDEN=1` writes them anew.
 */
import assert from "node:assert/strict";
import { Transcript } from "../cli_golden.ts";
import { CliPlace } from "../cli_place.ts";
import { CAUSES, writeReport } from "../cli_reports.ts";

/** Text in a zone with summer time, text in UTC, JSON. */
async function threeForms(
  transcript: Transcript,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const codes = [
    await transcript.step(args, { env }),
    await transcript.step(args, { env: { ...env, TZ: "UTC" } }),
    await transcript.step([...args, "--json"], { env }),
  ].map((run) => run.code);
  // Kills: a format that changes the answer.
  assert.equal(new Set(codes).size, 1);
}

function panic(
  place: CliPlace,
  name: string,
  at: Temporal.Instant,
  cause: string = CAUSES.prepareCount,
): void {
  writeReport(place, { name, form: "panic_full", at, cause });
}

function touch(path: string, at: Temporal.Instant): void {
  Deno.writeTextFileSync(path, "");
  const seconds = at.epochMilliseconds / 1_000;
  Deno.utimeSync(path, seconds, seconds);
}

/** Each verdict of the gate: what has to have happened, and the code. */
const VERDICTS: Readonly<
  Record<string, {
    readonly code: number;
    readonly arrange: (place: CliPlace, transcript: Transcript) => unknown;
    readonly env?: Readonly<Record<string, string>>;
  }>
> = {
  clear: { code: 0, arrange: () => {} },
  kill_switch: {
    code: 0,
    arrange: (place, { at }) => panic(place, "a.panic", at(-30)),
    env: { METALGUARD_PANIC_GATE_DISABLED: "1" },
  },
  cooldown: {
    code: 2,
    arrange: (place, { at }) => panic(place, "a.panic", at(-30)),
  },
  expired: {
    code: 0,
    arrange: (place, { at }) => panic(place, "a.panic", at(-180)),
  },
  lockout: {
    code: 2,
    arrange: (place, { at }) => {
      panic(place, "a.panic", at(-30), CAUSES.nonPending528);
      panic(place, "b.panic", at(-300), CAUSES.missing323);
    },
  },
  ack: {
    code: 0,
    arrange: (place, { at }) => {
      panic(place, "a.panic", at(-180));
      panic(place, "b.panic", at(-300));
      touch(place.ack, at(-60));
    },
  },
  absolute_max: {
    code: 0,
    arrange: (place, { at }) => {
      panic(place, "a.panic", at(-180));
      panic(place, "b.panic", at(-600));
    },
    env: { METALGUARD_PANIC_LOCKOUT_MAX_H: "9" },
  },
  sentinel_person: {
    code: 2,
    arrange: async (place) => {
      await place.run(["hold", "--for", "3h", "--reason", "night's training"]);
    },
  },
  sentinel_over_lockout: {
    code: 2,
    arrange: async (place, { at }) => {
      panic(place, "a.panic", at(-30));
      panic(place, "b.panic", at(-90));
      await place.run(["hold"]);
    },
  },
  sentinel_python: {
    code: 2,
    arrange: (place, { at }) => {
      Deno.mkdirSync(place.state, { recursive: true });
      const local = (minutes: number): string =>
        at(minutes).toZonedDateTimeISO("Europe/Paris").toPlainDateTime()
          .toString({ smallestUnit: "second" });
      Deno.writeTextFileSync(
        place.sentinel,
        `{\n  "cooldown_until": "${local(480)}",\n  "created_at": "${
          local(0)
        }"\n}`,
      );
      const seconds = at(0).epochMilliseconds / 1_000;
      Deno.utimeSync(place.sentinel, seconds, seconds);
    },
  },
  broken: {
    code: 3,
    arrange: (place) => {
      Deno.removeSync(place.reports);
      Deno.writeTextFileSync(place.reports, "");
    },
  },
};

for (const [kind, { code, arrange, env }] of Object.entries(VERDICTS)) {
  Deno.test(`panic-gate says ${kind} in text and JSON, exit ${code}`, async () => {
    // Kills: words, keys, times or a code that change unseen.
    using place = new CliPlace();
    const transcript = new Transcript(`gate_${kind}`, place);
    await arrange(place, transcript);
    await threeForms(transcript, ["panic-gate"], env);
    const run = await place.run(["panic-gate", "--quiet"], env && { env });
    assert.deepEqual([run.code, run.stdout, run.stderr], [code, "", ""]);
    transcript.check();
  });
}

import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import {
  doctorJson,
  doctorText,
  type DoctorView,
} from "../../lib/report/doctor.ts";
import { textStyle } from "../../lib/report/text_style.ts";
import { fakeMetal } from "../fakes/machine_probe.ts";
import { World } from "../fakes/world.ts";

const OPTIONS = {
  style: textStyle({ color: false, emoji: false }),
  version: "1.2.3",
};

async function view(parts: Partial<DoctorView> = {}): Promise<DoctorView> {
  const world = new World();
  world.machine.beM4Max();
  return { ...await world.guard().doctor.run(), ...parts };
}

Deno.test("doctorText() has every part, and what is to be done last", async () => {
  // Kills: a finding that scrolls away above a hundred variables.
  const text = doctorText(
    await view({
      findings: [
        { code: "a", message: "It is ill.", fix: "Do this:\n$ metal-guard x" },
        { code: "b", message: "So is that.", fix: null },
      ],
    }),
    OPTIONS,
  );
  const heads = ["Gate", "Machine", "Who answered", "Files", "Variables"];
  const places = heads.map((head) => text.search(new RegExp(`^${head}`, "m")));
  assert.deepEqual([...places].sort((a, b) => a - b), places);
  assert.ok(places.every((place) => place >= 0));
  assert.ok(text.endsWith(
    "2 things to look at\n1. It is ill.\n   Do this:\n   $ metal-guard x\n2. So is that.\n",
  ));
  assert.match(text, /^ {2}accelerators: answered by native$/m);
  assert.match(text, /^ {2}METALGUARD_MODE=defensive {2}default$/m);
  assert.match(text, /^ {2}report folder: \/Library.* ok, 0755, 0 entries$/m);
  assert.match(text, /^Host {8}30\.0 GB free, 15\.0 GB wired, 0\.0 GB swap/m);
});

Deno.test("doctorText() tells Metal unasked, unknown, failed and well apart", async () => {
  // Kills: a GPU that failed its round trip, told as ok.
  const line = async (metal: DoctorView["metal"]): Promise<string> =>
    /^Metal {7}(.*)$/m.exec(doctorText(await view({ metal }), OPTIONS))?.[1] ??
      "";
  assert.match(await line(null), /^not asked/);
  assert.equal(await line(unknown("it hung")), "unknown: it hung");
  assert.equal(
    await line(known(fakeMetal({
      outcome: "failed",
      roundTripMs: unknown("none"),
      error: "Caused GPU Timeout",
    }))),
    "failed: Caused GPU Timeout",
  );
  assert.equal(await line(known(fakeMetal())), "ok, 0.7 ms for a round trip");
});

Deno.test("nothing hostile reaches the terminal from a path, a variable or Metal", async () => {
  // Kills: METALGUARD_STATE_DIR that clears the screen.
  const evil = "\u001b[2J\u009b\u202e";
  const shown = doctorText(
    await view({
      knobs: [{ env: "X", help: "", value: evil, origin: "environment" }],
      places: [{ what: "ack", path: evil, state: "ok", mode: null, size: 1 }],
      metal: known(fakeMetal({ outcome: evil, error: evil })),
      findings: [{ code: "x", message: evil, fix: evil }],
    }),
    OPTIONS,
  );
  assert.doesNotMatch(shown.replaceAll("\n", ""), /[\p{Cc}\u202e]/u);
});

Deno.test("doctorJson() leaves null what is not known", async () => {
  // Kills: 0 GB free on a machine that nobody could ask.
  const options = { timeZone: "UTC", version: "1", exitCode: 0 };
  const none = await new World().guard().doctor.run();
  const json = doctorJson(none, options);
  assert.equal(json["host_memory"], null);
  const metal = known(fakeMetal({ roundTripMs: unknown("none") }));
  const told = doctorJson(await view({ metal }), options);
  assert.deepEqual(told["metal"], {
    outcome: "ok",
    round_trip_ms: null,
    error: null,
    devices: [{
      name: "Apple M4 Max",
      architecture: "applegpu_g16s",
      max_recommended_working_set_gb: 115.448725504,
      max_buffer_length_gb: 86.586540032,
    }],
  });
  assert.deepEqual(Object(told["host_memory"]).pressure, "normal");
});

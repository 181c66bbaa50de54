/** The evidence of a simulated Mac: our own program answers through the dylib, and its answers come through the mask. */
import assert from "node:assert/strict";
import { parseEvidence } from "../../../scripts/evidence/evidence_file.ts";
import { CliPlace } from "../../cli_place.ts";
import { EvidencePlace } from "./evidence_place.ts";
import { LIBRARY } from "../../native/native_place.ts";

const MACHINE = new URL("../../../ffi/machines/m4-max.json", import.meta.url);

Deno.test("evidence.sh holds what doctor answers through the dylib of a simulated Mac", async () => {
  // Kills: a section of our own program whose JSON the mask breaks; a dylib whose use nobody can see in the file.
  using cli = new CliPlace();
  using place = new EvidencePlace("m2-pro");
  const line = cli.commandLine([]).map((word) => `'${word}'`).join(" ");
  place.put("metal-guard", `exec ${line} "$@"`);
  const { code, stderr, text } = await place.run(undefined, {
    ...cli.environment(),
    HOME: place.home,
    METALGUARD_BIN: place.program("metal-guard"),
    METALGUARD_LIBRARY: LIBRARY,
    METAL_GUARD_SIM: MACHINE.pathname,
  });
  assert.equal(code, 0, stderr);
  const { sections } = parseEvidence(text ?? "");
  const doctor = sections.get("doctor")?.text ?? "";
  const json = JSON.parse(doctor.slice(0, doctor.lastIndexOf("exit code")));
  const gpus = json.probes.find((one: { readonly reading: string }) =>
    one.reading === "accelerators"
  );
  assert.equal(gpus.source, "native", JSON.stringify(gpus));
  assert.equal(json.hardware.chip, "Apple M4 Max");
  assert.match(sections.get("gate")?.text ?? "", /exit code 0/);
  assert.match(sections.get("version")?.text ?? "", /^\S*\d+\.\d+\.\d+/m);
});

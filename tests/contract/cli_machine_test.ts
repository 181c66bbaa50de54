/** `hardware` and `doctor` as processes, on whatever machine this is. */
import assert from "node:assert/strict";
import { CliPlace } from "../cli_place.ts";

Deno.test("hardware and doctor answer on any machine, and open nothing that wakes the GPU", async () => {
  // Kills: a doctor that fails where there is no Mac; JSON that is cut or coloured.
  using place = new CliPlace();
  for (const name of ["hardware", "doctor"]) {
    const text = await place.run([name]);
    assert.match(text.stdout, /^Chip {8}\S/m);
    const json = await place.run([name, "--json"]);
    assert.deepEqual([text.stderr, json.stderr], ["", ""]);
    assert.equal(json.code, text.code);
    assert.ok([0, 1].includes(text.code));
    JSON.parse(json.stdout);
  }
  const report = JSON.parse((await place.run(["doctor", "--json"])).stdout);
  assert.equal(report.metal, null);
});

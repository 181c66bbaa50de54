import assert from "node:assert/strict";
import { asObject, asText } from "../../scripts/json.ts";

const ASK = new URL("ask.ts", import.meta.url).href;
const MACHINE = new URL("../../ffi/machines/m1.json", import.meta.url);

function sanitizers(): Record<string, string> {
  const text = Deno.env.get("METALGUARD_ASAN_ENV");
  if (text === undefined) {
    throw new Error(
      "METALGUARD_ASAN_ENV is not set: run this by `deno task test:native:asan`",
    );
  }
  return Object.fromEntries(
    Object.entries(asObject(JSON.parse(text))).map(([name, value]) => [
      name,
      asText(value) ?? "",
    ]),
  );
}

/** Asks the simulated Mac for its host memory in a process of its own. */
function ask(
  faults: Readonly<Record<string, string>>,
): { readonly code: number; readonly text: string } {
  const machine = Deno.makeTempFileSync({ suffix: ".json" });
  try {
    const json = asObject(JSON.parse(Deno.readTextFileSync(MACHINE)));
    Deno.writeTextFileSync(machine, JSON.stringify({ ...json, faults }));
    const { code, stderr } = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", ASK],
      env: { ...sanitizers(), METAL_GUARD_SIM: machine },
    }).outputSync();
    return { code, text: new TextDecoder().decode(stderr) };
  } finally {
    Deno.removeSync(machine);
  }
}

Deno.test("the sanitizers see one byte that is written behind a block", () => {
  // Kills: a library that is built without sanitizers, so that a clean run says nothing.
  const fault = ask({ host_page_size: "overflow" });
  assert.notEqual(fault.code, 0);
  assert.match(fault.text, /AddressSanitizer: heap-buffer-overflow/);
  assert.match(fault.text, /sim_overflow/);
  assert.deepEqual(ask({}), { code: 0, text: "" });
});

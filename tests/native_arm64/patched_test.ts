import assert from "node:assert/strict";
import { DYLIB, LOADER } from "../../scripts/build_ffi_plan.ts";
import { asList, asObject, asText } from "../../scripts/json.ts";
import { readMacho } from "../../scripts/macho_file.ts";
import { projectRoot } from "../../scripts/source_tree.ts";

const ROOT = projectRoot([]);
const OUT = `${ROOT}/dist/ffi`;
const MACHINE = "m1: the processes' answers agree";

/** `ldr x2, [sp, #n]`, whatever n is: a field of a struct on its way into the answer. */
const LOAD = 0xf94003e2;
const LOAD_MASK = 0xffc003ff;
/** The next field: n is counted in 8 bytes, from bit 10 on. */
const NEXT_FIELD = 1 << 10;

function variable(name: string): unknown {
  const text = Deno.env.get(name);
  if (text === undefined) {
    throw new Error(
      `${name} is not set: run this by \`deno task test:native:arm64\``,
    );
  }
  return JSON.parse(text);
}

/** Runs one native test over a dylib's slice for a machine. */
function testSlice(
  machine: "arm64" | "x86_64",
  dylib: string,
): { readonly isGood: boolean; readonly text: string } {
  const deno = machine === "arm64"
    ? asList(variable("METALGUARD_ARM64_DENO")).map((one) => asText(one) ?? "")
    : [Deno.execPath()];
  const env = machine === "arm64"
    ? Object.fromEntries(
      Object.entries(asObject(variable("METALGUARD_ARM64_ENV"))).map((
        [name, value],
      ) => [name, asText(value) ?? ""]),
    )
    : { METALGUARD_FFI_LIBRARY: `${OUT}/linux-x86_64/${LOADER}` };
  const [program = "", ...first] = deno;
  const { success, stdout, stderr } = new Deno.Command(program, {
    args: [
      ...first,
      "test",
      "-A",
      "--no-check",
      "--no-lock",
      `--filter=${MACHINE}`,
      "tests/native/machines_test.ts",
    ],
    cwd: ROOT,
    env: { ...env, METAL_GUARD_DYLIB: dylib, NO_COLOR: "1" },
  }).outputSync();
  const decoder = new TextDecoder();
  return {
    isGood: success,
    text: decoder.decode(stdout) + decoder.decode(stderr),
  };
}

/** A copy of the dylib in whose arm64 slice `mg_process` reads the field after the one it should. */
async function patch(): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Deno.readFileSync(`${OUT}/${DYLIB}`);
  const slices = await readMacho(bytes);
  const arm = slices.find(({ arch }) => arch === "arm64");
  const offsets = arm?.exports.map(({ offset }) => offset) ?? [];
  const begin = arm?.exports.find(({ name }) => name === "mg_process")?.offset;
  assert.ok(arm !== undefined && begin !== undefined);
  const end = Math.min(...offsets.filter((offset) => offset > begin));
  const view = new DataView(bytes.buffer);
  for (let at = arm.offset + begin; at < arm.offset + end; at += 4) {
    const instruction = view.getUint32(at, true);
    if ((instruction & LOAD_MASK) >>> 0 !== LOAD) continue;
    view.setUint32(at, instruction + NEXT_FIELD, true);
    return bytes;
  }
  throw new assert.AssertionError({
    message: "mg_process loads no field in the way that this test knows",
  });
}

Deno.test("one instruction that is wrong in the arm64 slice alone turns arm64 red and leaves x86_64 green", async () => {
  // Kills: a run of "the arm64 slice" that runs something else; a comparison that does not see a wrong field.
  const whole = testSlice("arm64", `${OUT}/${DYLIB}`);
  assert.ok(whole.isGood, whole.text);
  const folder = Deno.makeTempDirSync();
  try {
    const copy = `${folder}/${DYLIB}`;
    Deno.writeFileSync(copy, await patch());
    const wrong = testSlice("arm64", copy);
    assert.equal(wrong.isGood, false, "arm64 did not see it");
    assert.match(wrong.text, /AssertionError/);
    assert.match(wrong.text, /startAbstime/);
    if (Deno.build.arch === "x86_64") {
      const other = testSlice("x86_64", copy);
      assert.ok(other.isGood, other.text);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

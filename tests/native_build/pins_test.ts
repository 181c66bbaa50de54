import assert from "node:assert/strict";
import { sha256 } from "../../scripts/build_ffi_manifest.ts";
import { LLVM } from "../../scripts/build_ffi_plan.ts";
import { asList, asObject, asText } from "../../scripts/json.ts";
import { projectRoot } from "../../scripts/source_tree.ts";

const ROOT = projectRoot([]);
const PINS_FILE = new URL("pins.json", import.meta.url);
const PINS = asObject(JSON.parse(Deno.readTextFileSync(PINS_FILE)));
const ARCHS = ["arm64", "x86_64"] as const;
const INCLUDES = ["-isystem", "stubs/include", "-isystem", "stubs/darwin"];

/** Compiles C for a Mac against our headers, without writing anything; what the compiler says when it does not like it. */
function compile(arch: string, code: string): string | undefined {
  const file = Deno.makeTempFileSync({ suffix: ".c" });
  try {
    Deno.writeTextFileSync(file, code);
    const { success, stderr } = new Deno.Command(`clang-${LLVM}`, {
      args: [
        "-target",
        `${arch}-apple-macos12`,
        "-nostdlibinc",
        ...INCLUDES,
        "-fsyntax-only",
        file,
      ],
      cwd: `${ROOT}/ffi`,
    }).outputSync();
    return success ? undefined : new TextDecoder().decode(stderr);
  } finally {
    Deno.removeSync(file);
  }
}

const HEADERS = ["libproc.h", "mach/mach.h", "sys/sysctl.h", "time.h"]
  .map((name) => `#include <${name}>\n`).join("");

function assertSize(type: string, size: number): string {
  return `_Static_assert(sizeof(${type}) == ${size}, "");\n`;
}

function assertOffset(type: string, field: string, offset: number): string {
  return `_Static_assert(__builtin_offsetof(${type}, ${field}) == ${offset}, "");\n`;
}

for (const arch of ARCHS) {
  Deno.test(`${arch}: every struct has its size and offsets`, () => {
    // Kills: a field that moves in our headers, so that the kernel's answer is read beside it.
    const structs = Object.entries(asObject(PINS["structs"]));
    assert.equal(structs.length, 7);
    for (const [type, pin] of structs) {
      const { size, fields } = asObject(pin);
      const offsets = Object.entries(asObject(fields));
      assert.ok(offsets.length > 0);
      const code = HEADERS + assertSize(type, Number(size)) +
        offsets.map(([field, offset]) =>
          assertOffset(type, field, Number(offset))
        ).join("");
      assert.equal(compile(arch, code), undefined);
      const [[field, offset] = ["", 0]] = offsets;
      for (
        const wrong of [
          assertSize(type, Number(size) + 8),
          assertOffset(type, field, Number(offset) + 4),
        ]
      ) {
        assert.match(compile(arch, HEADERS + wrong) ?? "", /static assertion/i);
      }
    }
  });

  Deno.test(`${arch}: the object is the one that was pinned`, async () => {
    // Kills: a change of source or headers that nobody compared with Apple's headers.
    // Renew: METALGUARD_RENEW_PINS='why' deno task test tests/native_build
    const object = await sha256(
      Deno.readFileSync(`${ROOT}/dist/ffi/macos-${arch}/metal_guard.o`),
    );
    const why = Deno.env.get("METALGUARD_RENEW_PINS") ?? "";
    if (why !== "") renew(arch, object, why);
    const pinned = asObject(
      asObject(JSON.parse(
        Deno.readTextFileSync(PINS_FILE),
      ))["objects"],
    )[arch];
    assert.equal(
      object,
      pinned,
      `another object than the pinned one, which ${
        asText(PINS["compiler"])
      } made; here is ${compiler()}`,
    );
  });
}

function compiler(): string {
  const { stdout } = new Deno.Command(`clang-${LLVM}`, { args: ["--version"] })
    .outputSync();
  return new TextDecoder().decode(stdout).split("\n")[0] ?? "";
}

function renew(arch: string, object: string, why: string): void {
  const pins = asObject(JSON.parse(Deno.readTextFileSync(PINS_FILE)));
  const renewals = asList(pins["renewals"]);
  const text = JSON.stringify(
    {
      ...pins,
      compiler: compiler(),
      objects: { ...asObject(pins["objects"]), [arch]: object },
      renewals: renewals.at(-1) === why ? renewals : [...renewals, why],
    },
    null,
    2,
  );
  Deno.writeTextFileSync(PINS_FILE, `${text}\n`);
}

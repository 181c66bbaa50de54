import assert from "node:assert/strict";
import { buildFfi } from "../../scripts/build_ffi.ts";
import { readManifest, sha256 } from "../../scripts/build_ffi_manifest.ts";
import { DYLIB } from "../../scripts/build_ffi_plan.ts";
import { MachoError, readMacho } from "../../scripts/macho_file.ts";
import { judgeDylib, verifyMacho } from "../../scripts/verify_macho.ts";
import { projectRoot } from "../../scripts/source_tree.ts";

const ROOT = projectRoot([]);
const SHIPPED = `${ROOT}/dist/ffi/${DYLIB}`;

/** The dylib with some bytes changed, judged. */
async function judgeChanged(
  change: (bytes: Uint8Array<ArrayBuffer>) => void,
): Promise<string[]> {
  const bytes = Deno.readFileSync(SHIPPED);
  change(bytes);
  return judgeDylib(await readMacho(bytes));
}

/** Where a text stands in a file, from a place on. */
function find(bytes: Uint8Array, text: string, from = 0): number {
  const wanted = new TextEncoder().encode(text);
  for (let at = from; at < bytes.length - wanted.length; at++) {
    if (wanted.every((byte, i) => byte === bytes[at + i])) return at;
  }
  throw new assert.AssertionError({ message: `${text} is not in the dylib` });
}

Deno.test("the shipped dylib is as a Mac wants it", async () => {
  // Kills: a missing architecture, another install name or minimum, a bad signature, a foreign library, a lost export.
  assert.deepEqual(await verifyMacho(SHIPPED), []);
});

Deno.test("a byte that was changed after signing is seen, in either slice", async () => {
  // Kills: a check that looks at one architecture or at the first page only.
  for (
    const { arch, offset, signature } of await readMacho(
      Deno.readFileSync(SHIPPED),
    )
  ) {
    assert.ok(signature !== undefined && signature.pages > 2);
    for (const page of [1, signature.pages - 1]) {
      const wrong = await judgeChanged((bytes) => {
        const at = offset + page * signature.pageBytes;
        bytes[at] = (bytes[at] ?? 0) ^ 1;
      });
      assert.deepEqual(wrong, [
        `${arch}: pages ${page} are not what was signed`,
      ]);
    }
  }
});

Deno.test("another library, install name, minimum or export is seen", async () => {
  // Kills: a dylib that a Mac refuses to load, or that brings somebody else's library along.
  const slices = await readMacho(Deno.readFileSync(SHIPPED));
  assert.deepEqual(judgeDylib(slices), []);
  const changed = slices.map((slice) => ({
    ...slice,
    installName: "/tmp/x.dylib",
    minimumMacos: "14.0",
    libraries: [
      { name: "/usr/local/lib/libx.dylib", isWeak: false },
      { name: "/usr/lib/libz.dylib", isWeak: true },
    ],
    exports: [...slice.exports.slice(1), { name: "mg_more", offset: 0 }],
    signature: undefined,
  }));
  assert.deepEqual(
    judgeDylib(changed.filter(({ arch }) => arch === "x86_64")),
    [
      "it holds x86_64 instead of arm64, x86_64",
      "x86_64: its install name is /tmp/x.dylib",
      "x86_64: it needs macOS 14.0, not 12.0",
      "x86_64: it is bound to /usr/local/lib/libx.dylib",
      "x86_64: it is bound weakly to /usr/lib/libz.dylib",
      "x86_64: it does not export mg_abi_version",
      "x86_64: it exports also mg_more",
      "x86_64: it is not signed",
    ],
  );
});

Deno.test("what is read of the dylib is what is in it", async () => {
  // Kills: a reader that answers what it was told to expect.
  const wrong = await judgeChanged((bytes) => {
    const first = find(bytes, "@rpath/");
    bytes.set(new TextEncoder().encode("@other/"), first);
    const system = find(bytes, "/usr/lib/libobjc.A.dylib");
    bytes.set(new TextEncoder().encode("/tmp"), system);
  });
  assert.equal(wrong.length, 3);
  assert.match(wrong[0] ?? "", /install name is @other\/libmetalguard/);
  assert.match(wrong[1] ?? "", /bound to \/tmp\/lib\/libobjc/);
  assert.match(wrong[2] ?? "", /pages 0 are not what was signed/);
});

Deno.test("a file that is cut anywhere is refused, not read behind its end", async () => {
  // Kills: a crash, or a verdict over half a file.
  const bytes = Deno.readFileSync(SHIPPED);
  for (const size of [0, 3, 8, 40, 0x1000, 0x1020, 0x9000, bytes.length - 1]) {
    await assert.rejects(readMacho(bytes.slice(0, size)), MachoError);
  }
  await assert.rejects(
    readMacho(new TextEncoder().encode("not a dylib at all, but long enough")),
    MachoError,
  );
});

Deno.test("two builds in two folders are the same, and the manifest says so", async () => {
  // Kills: a path, a time or a random number in the dylib.
  const shipped = readManifest(`${ROOT}/dist/ffi`).files[DYLIB];
  const out = Deno.makeTempDirSync({ prefix: "metal-guard ffi " });
  try {
    assert.ok(await buildFfi(["macos"], { root: ROOT, out }));
    assert.equal(readManifest(out).files[DYLIB], shipped);
    assert.equal(await sha256(Deno.readFileSync(`${out}/${DYLIB}`)), shipped);
    assert.equal(await sha256(Deno.readFileSync(SHIPPED)), shipped);
  } finally {
    Deno.removeSync(out, { recursive: true });
  }
});

Deno.test("a file that is not as the manifest says is built anew", async () => {
  // Kills: a dylib that somebody exchanged and that stays.
  const out = Deno.makeTempDirSync({ prefix: "metal-guard-ffi-" });
  const lines: string[] = [];
  const options = { root: ROOT, out, say: (line: string) => lines.push(line) };
  try {
    assert.ok(await buildFfi(["macos"], options));
    assert.ok(await buildFfi(["macos"], options));
    assert.deepEqual(lines, ["building macos"]);
    Deno.writeFileSync(`${out}/${DYLIB}`, new Uint8Array([1]), {
      append: true,
    });
    assert.ok(await buildFfi(["macos"], options));
    assert.deepEqual(lines, ["building macos", "building macos"]);
    assert.deepEqual(await verifyMacho(`${out}/${DYLIB}`), []);
  } finally {
    Deno.removeSync(out, { recursive: true });
  }
});

import assert from "node:assert/strict";
import {
  tryParseCreator,
  tryParseIoreg,
} from "../../lib/parse/ioreg_listing.ts";

function fixture(path: string): string {
  return Deno.readTextFileSync(
    new URL(`../fixtures/machine/${path}`, import.meta.url),
  );
}

Deno.test("tryParseIoreg() names class and id as the dylib does", () => {
  // Kills: an accelerator without class, so that no family is ever found.
  const [gpu] = tryParseIoreg(fixture("m2-pro/accelerators.plist")) ?? [];
  assert.equal(gpu?.["class"], "AGXAcceleratorG14G");
  assert.equal(gpu?.["registryId"], 0x1000002b1);
});

Deno.test("tryParseIoreg() finds the owner of each client", () => {
  // Kills: all clients belonging to nobody.
  const clients = tryParseIoreg(fixture("m2-pro/clients.plist")) ?? [];
  assert.deepEqual(clients.map((client) => [client["pid"], client["name"]]), [
    [412, "WindowServer"],
    [1_234, "python3.12"],
    [1_234, "python3.12"],
    [88, "a &<b>"],
    [undefined, undefined],
  ]);
});

Deno.test("tryParseIoreg() tells nothing found from nothing understood", () => {
  // Kills: a Mac without GPU driver that looks like a broken ioreg, and the other way round.
  assert.deepEqual(tryParseIoreg(" \n"), []);
  assert.equal(tryParseIoreg("+-o AGXAcceleratorG13X  <class …>"), undefined);
  const list = (body: string): string => `<plist>${body}</plist>`;
  assert.equal(tryParseIoreg(list("<dict/>")), undefined);
  assert.equal(tryParseIoreg(list("<array><true/></array>")), undefined);
});

Deno.test("tryParseCreator() takes only the kernel's form", () => {
  // Kills: pid 0, and a name that is taken for a pid.
  assert.deepEqual(tryParseCreator("pid 812, a, b"), {
    pid: 812,
    name: "a, b",
  });
  for (
    const bad of ["pid 0, x", "pid -1, x", "812, x", "pid 99999999999, x", ""]
  ) assert.equal(tryParseCreator(bad), undefined, bad);
});

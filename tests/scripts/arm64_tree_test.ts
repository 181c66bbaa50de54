import assert from "node:assert/strict";
import { arm64Tree, planFetch } from "../../scripts/arm64_tree.ts";

Deno.test("planFetch() installs nothing on this machine", () => {
  // Kills: arm64 packages, or an emulator for all programs, that land in the system itself.
  const steps = planFetch("/tree", () => ["a.deb", "qemu-user-static_1.deb"])
    .flatMap((part) => part());
  for (const { command } of steps) {
    const [program, ...args] = command;
    const text = args.join(" ");
    if (program === "apt-get" && !args.includes("download")) {
      assert.match(text, /Dir::State=\/tree\/apt/);
      assert.match(text, /Dir::State::status=\/tree\/apt\/status/);
      assert.match(text, /Dir::Cache=\/tree\/apt/);
    }
    if (args.includes("install")) assert.ok(args.includes("--download-only"));
    if (program === "dpkg") assert.equal(args[0], "-x");
  }
  assert.deepEqual(
    steps.filter(({ command }) => command[0] === "dpkg").map(({ command }) =>
      command.slice(2)
    ),
    [["a.deb", "/tree/sysroot"], [
      "../../qemu/qemu-user-static_1.deb",
      "/tree/qemu",
    ]],
  );
});

Deno.test("arm64Tree() starts the tree's Deno by the tree's emulator", () => {
  // Kills: this machine's own Deno, which would run x86_64 under the name of arm64.
  const { deno, sysroot } = arm64Tree("/tree");
  assert.deepEqual(deno, [
    "/tree/qemu/usr/bin/qemu-aarch64-static",
    "-L",
    sysroot,
    "/tree/deno/package/deno",
  ]);
});

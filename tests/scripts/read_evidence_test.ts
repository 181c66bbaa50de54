import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { createIoregProbe } from "../../lib/adapters/ioreg/machine_probe.ts";
import { parseRequest } from "../../scripts/read_evidence.ts";
import { FakeTools } from "../fake_tools.ts";
import { EvidencePlace } from "./evidence/evidence_place.ts";

const SCRIPT = new URL("../../scripts/read_evidence.ts", import.meta.url);

async function read(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      SCRIPT.pathname,
      ...args,
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("parseRequest() takes a name that is one folder and nothing else", () => {
  // Kills: fixtures that are written somewhere else.
  assert.deepEqual(parseRequest(["f", "--name", "m4-max", "--into", "d"]), {
    file: "f",
    name: "m4-max",
    into: "d",
  });
  for (
    const args of [
      [],
      ["a", "b"],
      ["a", "--name", "../x"],
      ["a", "--name", ""],
      ["a", "--name", "A/b"],
      ["a", "--nmae", "x"],
      ["a", "--name"],
    ]
  ) assert.equal(parseRequest(args), undefined, args.join(" "));
});

Deno.test("a Mac's evidence becomes fixtures that play that Mac again", async () => {
  // Kills: fixtures that our reader understands otherwise than the Mac's own answers.
  using place = new EvidencePlace("m2-pro");
  await place.run();
  const { code, text } = await read(
    place.out,
    "--name",
    "again",
    "--into",
    place.root,
  );
  assert.equal(code, 0, text);
  assert.match(text, /wrote .*\/again\/accelerators\.plist/);
  const children = createDenoChildProcesses();
  using first = new FakeTools("m2-pro");
  using again = new FakeTools("m2-pro", `${place.root}/again`);
  const before = createIoregProbe(children, { tools: first.tools });
  const after = createIoregProbe(children, { tools: again.tools });
  assert.deepEqual(await after.readMachine(), await before.readMachine());
  assert.deepEqual(
    await after.readAccelerators(),
    await before.readAccelerators(),
  );
  assert.deepEqual(await after.readHostMemory(), await before.readHostMemory());
  const driver = "com.apple.iokit.IOGPUFamily";
  assert.deepEqual(
    await after.readKextVersion(driver),
    await before.readKextVersion(driver),
  );
  const twice = await read(
    place.out,
    "--name",
    "again",
    "--into",
    place.root,
  );
  assert.equal(twice.code, 1);
});

Deno.test("what cannot be read is said in one line, without a control character of the file", async () => {
  // Kills: a stack trace for a mistyped name; evidence that acts on the terminal of who reads it.
  const folder = await Deno.makeTempDir({ prefix: "metal-guard-evidence-" });
  try {
    const missing = await read(`${folder}/none`);
    assert.equal(missing.code, 1);
    assert.equal(missing.text.trim().split("\n").length, 1);
    assert.equal((await read()).code, 64);
    const file = `${folder}/hostile`;
    await Deno.writeTextFile(
      file,
      "metal-guard evidence 1\nmade 2026-11-24\n== begin vm_stat exit=1 bytes=1\n! \x1b[2Jgone\n== end vm_stat\n",
    );
    const hostile = await read(file);
    assert.equal(hostile.code, 0);
    assert.ok(!hostile.text.includes("\x1b"));
    assert.match(hostile.text, /its end is missing/);
    assert.match(hostile.text, /NOT READ accelerators/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

import assert from "node:assert/strict";
import { commandsOf, manPage } from "../../scripts/man_page.ts";
import { parseReleaseArgs } from "../../scripts/release.ts";
import { SHIPPED_PERMISSIONS } from "../../scripts/permissions.ts";
import { PACKED_FILE, packProgram } from "../../scripts/bundle/pack_program.ts";
import { embeddedPackages } from "../../scripts/release/embedded_packages.ts";
import { fillFormula } from "../../scripts/release/formula.ts";
import { roffText } from "../../scripts/release/roff.ts";
import { sbom } from "../../scripts/release/sbom.ts";
import { zip } from "../../scripts/release/zip.ts";
import { KNOBS } from "../../lib/config.ts";
import { VERSION } from "../../lib/version.ts";

const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

Deno.test("the manual page knows every command and every variable, and is text for roff", async () => {
  // Kills: a command without its section; a line of help that begins with a dot and is obeyed.
  const page = await manPage(VERSION);
  const commands = commandsOf(VERSION);
  assert.ok(commands.length > 20);
  for (const { route } of commands) {
    assert.ok(
      page.includes(`.SS "${roffText(route.join(" "))}"`),
      route.join(),
    );
  }
  for (const { env } of Object.values(KNOBS)) {
    assert.ok(page.includes(env), env);
  }
  assert.equal(
    roffText(".so /etc/passwd\n'x \\n"),
    "\\&.so /etc/passwd\n\\&'x \\en",
  );
  assert.equal(page, await manPage(VERSION));
});

Deno.test("an archive is the same each time, keeps programs executable, and others can read it", async () => {
  // Kills: a mode that is lost, a wrong sum or size, a date of today.
  const bytes = new TextEncoder().encode("#!/bin/sh\necho hello\n");
  const entries = [
    { path: "metal-guard", bytes, isExecutable: true },
    { path: "completions/é.txt", bytes: new Uint8Array(0) },
  ];
  const archive = await zip(entries);
  assert.deepEqual(archive, await zip(entries));
  const root = Deno.makeTempDirSync();
  try {
    Deno.writeFileSync(`${root}/a.zip`, archive);
    const { stdout, stderr, success } = new Deno.Command("python3", {
      args: [
        "-c",
        "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print([(i.filename, oct(i.external_attr>>16), i.date_time[0]) for i in z.infolist()], z.read('metal-guard'))",
        `${root}/a.zip`,
      ],
    }).outputSync();
    assert.ok(success, new TextDecoder().decode(stderr));
    assert.equal(
      new TextDecoder().decode(stdout).trim(),
      "[('metal-guard', '0o100755', 2026), ('completions/é.txt', '0o100644', 2026)] b'#!/bin/sh\\necho hello\\n'",
    );
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

Deno.test("the bill of materials names what is bundled, by its sums, and nothing that is not", async () => {
  // Kills: a package that is handed on unnamed; one of the tests' that is named; a list that was typed by hand.
  const packages = embeddedPackages(PROJECT);
  assert.deepEqual(packages.map(({ name }) => name), [
    "@stricli/core",
    "jsonc-parser",
  ]);
  const bill = JSON.parse(
    await sbom({
      version: VERSION,
      packages,
      files: new Map([["main.js", new Uint8Array([1])]]),
      runtime: { deno: "2.9.6", v8: "15.0" },
    }),
  );
  assert.equal(bill.bomFormat, "CycloneDX");
  const refs: readonly string[] = bill.components.map(
    (one: Readonly<Record<string, string>>) => one["bom-ref"],
  );
  assert.ok(refs.includes("pkg:npm/%40stricli/core@1.3.0"));
  assert.equal(bill.components[0].hashes[0].content.length, 128);
  for (const ref of bill.dependencies[0].dependsOn) {
    assert.ok(refs.includes(ref), ref);
  }
});

Deno.test("the formula is filled in completely, and no value of it can be code", () => {
  // Kills: a placeholder that stays; Ruby in an address.
  const template = Deno.readTextFileSync(`${PROJECT}/packaging/metal-guard.rb`);
  const facts = {
    homepage: "https://example.com/metal-guard",
    version: VERSION,
    archive: "a.zip",
    sha256: "0".repeat(64),
  };
  const filled = fillFormula(template, facts);
  assert.doesNotMatch(filled, /\{\{/);
  assert.match(filled, /sha256 "0{64}"/);
  for (const homepage of ['https://x"', "https://#{`id`}", "https://a b"]) {
    assert.throws(() => fillFormula(template, { ...facts, homepage }));
  }
});

Deno.test("a program that only a module could be is not packed", () => {
  // Kills: a loader that fails when somebody first uses it.
  const good =
    "async function a(){return import.meta.url}export{a as runProgram};\n";
  const { loaders } = packProgram(new Map([["a.js", good], ["b.js", good]]));
  assert.match(loaders.get("b.js") ?? "", /DecompressionStream/);
  for (
    const bad of [
      "export{a as other};",
      'import"node:fs";export{a as runProgram};',
      "await 1;export{a as runProgram};",
      "import.meta.resolve;export{a as runProgram};",
    ]
  ) assert.throws(() => packProgram(new Map([["a.js", bad]])), /a\.js/);
});

Deno.test("each of the packed programs is unpacked by its own loader", async () => {
  // Kills: a loader that runs its neighbour, or that goes by bytes where the text has letters beyond ASCII.
  const folder = Deno.makeTempDirSync();
  try {
    const parts = new Map(
      ["ä", "ö".repeat(100_000), "ü"].map((text, at) => [
        `${at}.js`,
        `function a(){return ${JSON.stringify(text)}}export{a as runIt};\n`,
      ]),
    );
    const { loaders, packed } = packProgram(parts);
    Deno.writeFileSync(`${folder}/${PACKED_FILE}`, packed);
    const lengths: number[] = [];
    for (const [name, loader] of loaders) {
      Deno.writeTextFileSync(`${folder}/${name}`, loader);
      const { runIt } = await import(`file://${folder}/${name}`);
      lengths.push(runIt().length);
    }
    assert.deepEqual(lengths, [1, 100_000, 1]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("the task that runs the program has the permissions that ship", () => {
  // Kills: a second list that drifts from the first.
  const tasks = JSON.parse(Deno.readTextFileSync(`${PROJECT}/deno.json`)).tasks;
  assert.equal(
    tasks["metal-guard"],
    `deno run ${SHIPPED_PERMISSIONS.join(" ")} main.ts`,
  );
});

Deno.test("what release is told is understood or refused", () => {
  // Kills: a mistyped step that makes a whole release.
  assert.deepEqual(parseReleaseArgs([]), { step: "all" });
  assert.deepEqual(parseReleaseArgs(["--pack", "--homepage", "https://a/"]), {
    step: "pack",
    homepage: "https://a",
  });
  for (const args of [["--packed"], ["--homepage"], ["--homepage", "x"]]) {
    assert.equal(parseReleaseArgs(args), undefined);
  }
});

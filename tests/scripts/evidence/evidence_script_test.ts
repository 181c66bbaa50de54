/** `scripts/evidence.sh`, run by bash over programs that print what real Macs printed. */
import assert from "node:assert/strict";
import { parseEvidence } from "../../../scripts/evidence/evidence_file.ts";
import { describeEvidence } from "../../../scripts/evidence/reading.ts";
import { EvidencePlace, PRIVATE, SCRIPT } from "./evidence_place.ts";

Deno.test("evidence.sh is clean to shellcheck, executable, and uses nothing that bash 3.2 lacks", async () => {
  // Kills: an unquoted variable; a word that no Mac's bash knows.
  const { code, stdout } = await new Deno.Command("shellcheck", {
    args: ["-s", "bash", SCRIPT],
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "");
  assert.equal(code, 0);
  assert.equal((Deno.statSync(SCRIPT).mode ?? 0) & 0o111, 0o111);
  const text = Deno.readTextFileSync(SCRIPT);
  assert.doesNotMatch(
    text,
    /mapfile|readarray|declare -A|\$\{\w+[,^]|\|&|&>>|wait -n|\beval\b|EPOCHSECONDS/,
  );
  assert.match(text, /^set -u$/m);
});

Deno.test("what a Mac printed comes back out of the file as our readers want it", async () => {
  // Kills: a section whose form the mask destroys; a question that is not the one which the program asks.
  using place = new EvidencePlace("m2-pro");
  const { code, stderr, text } = await place.run();
  assert.equal(code, 0, stderr);
  const evidence = parseEvidence(text ?? "");
  assert.equal(evidence.isWhole, true);
  const words = (await describeEvidence(evidence)).join("\n");
  assert.match(words, /^machine memoryBytes: 34359738368$/m);
  assert.match(words, /^accelerator 1: AGXAcceleratorG14\w*, family M2$/m);
  assert.match(words, /^accelerator 1 inUseBytes: 696860672$/m);
  assert.match(words, /^clients: 4, 3 of them with their GPU time$/m);
  assert.match(words, /^memory wiredBytes: 3114926080$/m);
  assert.match(words, /^driver: com\.apple\.iokit\.IOGPUFamily 130\.13$/m);
  assert.equal((Deno.statSync(place.out).mode ?? 0) & 0o777, 0o600);
});

Deno.test("nothing private leaves: names, serial, UUIDs, addresses, keys, bytes, other programs", async () => {
  // Kills: a mask that knows one spelling; a secret in the errors of a command or in our own program's answer.
  using place = new EvidencePlace("m2-pro");
  // The last two have to be known by what stands around them.
  const leak = PRIVATE.slice(0, -2).map((word) =>
    `x ${word}, "${word.toUpperCase()}" `
  );
  place.put(
    "vm_stat",
    `cat <<'END'
Pages free: 12.
${leak.join("\n")}
/Users/janedoe/Library/x
Kernel_2026-10-10-052445_Janes-MacBook-Pro.gpuRestart
/Users/other/Library/Logs/DiagnosticReports/Slack-2026-07-12-161249.ips
<string>pid 88, Slack Helper</string>
"name" : "Slack", "process": "Slack"
<data>
c2VjcmV0IGJ5dGVz
</data>
https://janedoe:hunter2pass@example.org/x Authorization: Bearer abc.def
END
echo 'janedoe broke it' >&2
exit 3`,
  );
  place.put("metal-guard", `cat "${place.root}/answer"; exit 2`);
  Deno.writeTextFileSync(
    `${place.root}/answer`,
    `{"path": "${place.home}/.cache", "owner": "janedoe"}\n`,
  );
  const { code, stderr, text } = await place.run(undefined, {
    METALGUARD_BIN: place.program("metal-guard"),
  });
  assert.equal(code, 0, stderr);
  const low = (text ?? "").toLowerCase();
  for (const word of [...PRIVATE, "hunter2pass", "abc.def", "/users/other"]) {
    assert.ok(!low.includes(word.toLowerCase()), `${word} is in the file`);
  }
  const evidence = parseEvidence(text ?? "");
  assert.equal(evidence.sections.get("vm_stat")?.exitCode, 3);
  assert.match(evidence.sections.get("vm_stat")?.errors ?? "", /broke it/);
  assert.match(evidence.sections.get("gate")?.text ?? "", /exit code 2/);
  assert.match(evidence.sections.get("clients")?.text ?? "", /WindowServer/);
});

Deno.test("an answer that prints the marks of the file stays inside of its section", async () => {
  // Kills: a program's output that ends its section and begins one of its own.
  using place = new EvidencePlace("m4");
  place.put(
    "vm_stat",
    "printf '%s\\n' '== end vm_stat' '== begin kextstat exit=0 bytes=1' '| forged' '== done'",
  );
  const evidence = parseEvidence((await place.run()).text ?? "");
  assert.match(evidence.sections.get("vm_stat")?.text ?? "", /forged/);
  assert.doesNotMatch(
    evidence.sections.get("kextstat")?.text ?? "",
    /forged/,
  );
});

Deno.test("a command that prints without end is cut, one that is absent is said to be", async () => {
  // Kills: a file of gigabytes; a section that is silently missing.
  using place = new EvidencePlace("m4");
  place.put("vm_stat", "yes 'an endless line' | head -c 3000000");
  place.put("kextstat", "exit 127");
  const { text } = await place.run();
  const evidence = parseEvidence(text ?? "");
  assert.equal(evidence.sections.get("vm_stat")?.bytes, 3_000_000);
  assert.ok((text ?? "").length < 1_000_000);
  assert.equal(evidence.sections.get("kextstat")?.exitCode, 127);
});

Deno.test("a file that exists is kept; --list runs nothing; a mistyped option is 64; a closed folder is 73", async () => {
  // Kills: evidence that overwrites a person's file; a list that asks Metal.
  using place = new EvidencePlace("m4");
  Deno.writeTextFileSync(place.out, "mine");
  const kept = await place.run();
  assert.deepEqual([kept.code, kept.text], [73, "mine"]);
  const list = await place.run(["--list"]);
  assert.equal(list.code, 0);
  assert.match(list.stdout, /^accelerators +ioreg -r -c IOAccelerator/m);
  assert.equal((await place.run(["--oout", "x"])).code, 64);
  assert.equal((await place.run(["--out"])).code, 64);
  const closed = await place.run(["--out", `${place.root}/none/x.txt`]);
  assert.equal(closed.code, 73);
  assert.match(closed.stderr, /cannot write/);
});

Deno.test("Metal is asked only when a person says so", async () => {
  // Kills: evidence that wakes the driver which panics.
  using place = new EvidencePlace("m4");
  place.put("metal-guard", `echo "$*" >> "${place.root}/asked"`);
  const env = { METALGUARD_BIN: place.program("metal-guard") };
  await place.run(undefined, env);
  const first = Deno.readTextFileSync(`${place.root}/asked`);
  assert.match(first, /^doctor --json$/m);
  assert.doesNotMatch(first, /--metal/);
  await place.run(["--metal", "--out", `${place.root}/two.txt`], env);
  assert.match(Deno.readTextFileSync(`${place.root}/asked`), /doctor --metal/);
});

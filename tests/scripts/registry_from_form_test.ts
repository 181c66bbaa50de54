import assert from "node:assert/strict";
import {
  draftFromForm,
  type FormDraft,
} from "../../scripts/registry_from_form.ts";

const SCRIPT =
  new URL("../../scripts/registry_from_form.ts", import.meta.url).pathname;
const TEMPLATE = Deno.readTextFileSync(
  new URL(
    "../../.github/ISSUE_TEMPLATE/known-panic-report.yml",
    import.meta.url,
  ),
);
const OPTIONS = {
  url: "https://github.com/owner/metal-guard/issues/12",
  today: "2026-11-24",
};

const ANSWERS: Readonly<Record<string, string>> = {
  "Model": "mlx-community/Example-30B-4bit",
  "What happened": "The Mac restarted",
  "What the report or the error says":
    '```text\npanic(cpu 2 caller 0xfffffe0011223344): "completeMemory() prepare count underflow" @IOGPUMemory.cpp:550\nPanicked task 0x1: 10 pages, 5 threads: pid 7: python3\n```',
  "Mac and chip": "Mac mini M4",
  "Memory in GB": "32 GB",
  "macOS and build": "26.4.1 (25E253)",
  "Version of IOGPUFamily": "130.13",
  "Programs and versions": "mlx 0.31.2",
  "What it was doing": "serving, two requests at a time",
  "Wired memory": "_No response_",
  "When": "2026-11-20",
  "What helped": "_No response_",
};

function form(change: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ ...ANSWERS, ...change })
    .map(([heading, answer]) => `### ${heading}\n\n${answer}\n`).join("\n");
}

function entryOf(draft: FormDraft): Record<string, unknown> {
  return JSON.parse(draft.text);
}

Deno.test("the form asks under exactly the headings that are read", () => {
  // Kills: a heading that is changed in one of two places.
  const labels = [...TEMPLATE.matchAll(/^ {6}label: (.+)$/gm)].map((found) =>
    found[1]
  );
  assert.deepEqual(labels, Object.keys(ANSWERS));
  for (
    const option of [
      "The Mac restarted",
      "The program ended, the Mac went on",
      "The answers were wrong, or it became slow",
    ]
  ) {
    assert.ok(TEMPLATE.includes(`        - ${option}\n`), option);
    assert.doesNotThrow(() =>
      draftFromForm(form({ "What happened": option }), OPTIONS)
    );
  }
});

Deno.test("a filled-in form becomes a draft that validates, with the issue as its link", () => {
  // Kills: a draft that a person has to repair before it can go in.
  const draft = draftFromForm(form(), OPTIONS);
  assert.deepEqual(draft.problems, []);
  assert.equal(draft.fileName, "mlx_community_example_30b_4bit.jsonc");
  const entry = entryOf(draft);
  assert.deepEqual([entry["tier"], entry["idKind"], entry["upstream"]], [
    "panic",
    "repository",
    [OPTIONS.url],
  ]);
  assert.deepEqual(entry["reports"], [{
    url: OPTIONS.url,
    class: "iogpu_prepare_count_underflow",
    hardware: "Mac mini M4",
    ramGb: 32,
    gpuFamily: "M4",
    macos: "26.4.1",
    osBuild: "25E253",
    iogpuFamily: "130.13",
    software: "mlx 0.31.2",
    workload: "serving, two requests at a time",
    date: "2026-11-20",
  }]);
});

Deno.test("the text gives the class, as long as it agrees with what was lost", () => {
  // Kills: an abort that becomes a panic because its log quotes one.
  const abort = draftFromForm(
    form({
      "What happened": "The program ended, the Mac went on",
      "What the report or the error says":
        "[metal::malloc] Resource limit (499000) exceeded.",
    }),
    OPTIONS,
  );
  assert.deepEqual(abort.problems, []);
  assert.match(abort.text, /"class": "metal_descriptor_leak"/);
  const disagreeing = draftFromForm(
    form({ "What happened": "The program ended, the Mac went on" }),
    OPTIONS,
  );
  assert.match(disagreeing.text, /"class": "process_abort"/);
  assert.deepEqual(disagreeing.problems, []);
});

Deno.test("a missing answer is told by its heading; what cannot be used is a problem of the draft", () => {
  // Kills: a draft with an invented value in place of a missing one.
  assert.throws(
    () => draftFromForm(form({ "Model": "_No response_" }), OPTIONS),
    /heading "Model"/,
  );
  assert.throws(
    () => draftFromForm("nothing of the kind", OPTIONS),
    /heading "Model"/,
  );
  assert.throws(
    () => draftFromForm(form({ "What happened": "Something" }), OPTIONS),
    /none of the form/,
  );
  const rules = (change: Readonly<Record<string, string>>): readonly string[] =>
    draftFromForm(form(change), OPTIONS).problems.map((one) => one.rule);
  assert.ok(rules({ "When": "last week" }).includes("bad-date"));
  assert.ok(rules({ "When": "2027-01-01" }).includes("future-date"));
});

Deno.test("an answer cannot bring another heading, control characters, or a path", () => {
  // Kills: an issue that writes a file elsewhere, or a terminal's commands into the registry.
  const draft = draftFromForm(
    form({
      "Model": "../../etc/passwd",
      "What it was doing": "serving\u001b[2J\n### Model\n\nother/model",
    }),
    OPTIONS,
  );
  assert.doesNotMatch(draft.fileName, /[/\\]/);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(draft.text, /\u001b|other\/model/);
  assert.ok(draft.problems.length > 0);
});

Deno.test("the script reads standard input, prints the draft and ends with 1 for one that does not validate", async () => {
  // Kills: a workflow that commits a broken draft.
  const run = async (
    text: string,
  ): Promise<
    { readonly code: number; readonly out: string; readonly err: string }
  > => {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--allow-read",
        SCRIPT,
        "--url",
        OPTIONS.url,
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
    const { code, stdout, stderr } = await child.output();
    const decode = (bytes: Uint8Array): string =>
      new TextDecoder().decode(bytes);
    return { code, out: decode(stdout), err: decode(stderr) };
  };
  const good = await run(form());
  assert.deepEqual([good.code, JSON.parse(good.out).id], [
    0,
    "mlx-community/Example-30B-4bit",
  ]);
  const bad = await run(form({ "When": "last week" }));
  assert.equal(bad.code, 1);
  assert.match(
    bad.err,
    /mlx_community_example_30b_4bit\.jsonc:\d+:\d+: .*is no day/,
  );
});

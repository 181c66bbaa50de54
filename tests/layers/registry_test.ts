import assert from "node:assert/strict";
import { entryText } from "../fakes/registry.ts";
import { World } from "../fakes/world.ts";

const GEMMA = "mlx-community/gemma-4-31b-it-8bit";
const OWN = "/Users/ada/own";

function worldWith(files: Readonly<Record<string, string>>): World {
  const world = new World({ env: { METALGUARD_REGISTRY: OWN } });
  world.store.putFolder(OWN);
  for (const [name, text] of Object.entries(files)) {
    world.store.put(`${OWN}/${name}`, text);
  }
  return world;
}

Deno.test("the registry fails open: an unknown model is clear, and a broken entry of one's own stops nothing", async () => {
  // Kills: work that stands still because of a comma in a file of notes.
  const { registry } = worldWith({ "owner_own_4bit.jsonc": "{," }).guard();
  assert.equal((await registry.check("nobody/knows")).level, "clear");
  assert.equal(
    (await registry.check(GEMMA, { gpuFamily: "M4" })).level,
    "panic",
  );
  const [finding] = await registry.findings();
  assert.equal(finding?.code, "registry-overlay");
  assert.match(
    finding?.message ?? "",
    /own\/owner_own_4bit\.jsonc:1:2: .*not used/,
  );
});

Deno.test("own entries are merged and marked; a folder and a single file both do", async () => {
  // Kills: an own entry that cannot be told from one with a source.
  const world = worldWith({ "owner_own_4bit.jsonc": entryText() });
  for (const path of [OWN, `${OWN}/owner_own_4bit.jsonc`]) {
    world.env["METALGUARD_REGISTRY"] = path;
    const { registry } = world.guard();
    const found = await registry.check("owner/own-4bit");
    assert.equal(found.exact?.entry.origin, "overlay", path);
    const { models, findings } = await registry.read();
    assert.deepEqual(findings, []);
    const plain = await new World().guard().registry.read();
    assert.equal(models.length, plain.models.length + 1);
  }
});

Deno.test("an own entry replaces the one of its id", async () => {
  // Kills: two entries of one model that contradict each other.
  const text = entryText(GEMMA);
  const world = worldWith({ "mlx_community_gemma_4_31b_it_8bit.jsonc": text });
  const { models } = await world.guard().registry.read();
  const own = models.filter((entry) => entry.id === GEMMA);
  assert.deepEqual(own.map((entry) => [entry.origin, entry.tier]), [[
    "overlay",
    "abort",
  ]]);
  const ids = models.map((entry) => entry.id);
  assert.deepEqual(ids, ids.toSorted((a, b) => a < b ? -1 : 1));
});

Deno.test("an own entry that is absent is told, not passed over", async () => {
  // Kills: a typing mistake in the variable after which nothing is merged.
  const world = new World({ env: { METALGUARD_REGISTRY: "/nowhere" } });
  assert.match(
    (await world.guard().registry.findings())[0]?.message ?? "",
    /no such file/,
  );
});

Deno.test("warn() says it once per process and model, whoever asks", async () => {
  // Kills: a log full of the same line; a second model that is kept quiet.
  const world = new World();
  const id = "mlx-community/kimi-k2.5";
  assert.equal((await world.guard().registry.warn(id)).level, "advisory");
  assert.equal(
    (await world.guard().registry.warn(id.toUpperCase())).level,
    "advisory",
  );
  assert.equal(world.log.messages.length, 1);
  assert.match(
    world.log.messages[0]?.text ?? "",
    /kimi-k2\.5 is in the registry \(abort/,
  );
  await world.guard().registry.warn("mlx-community/Qwen3.5-9B-4bit");
  await world.guard().registry.warn("nobody/knows-this");
  assert.equal(world.log.messages.length, 2);
});

Deno.test("warn() says of another build that it is presumed, and nothing that a terminal obeys", async () => {
  // Kills: a guess told as a fact; a model id that clears the screen.
  const world = new World();
  await world.guard().registry.warn("someone\u001b[2J/gemma-4-31b-it-3bit");
  const [message] = world.log.messages;
  assert.match(
    message?.text ?? "",
    /another build of .*presumed, not confirmed/,
  );
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(message?.text ?? "", /\u001b/);
});

Deno.test("what it answers is frozen", async () => {
  // Kills: a caller that changes the registry for everybody else.
  const found = await new World().guard().registry.check(GEMMA);
  assert.ok(Object.isFrozen(found.exact?.entry.errorClasses[0]));
});

Deno.test("drivers() has this machine's build beside rows of every driver", async () => {
  // Kills: a table without the row of whoever looks at it.
  const world = new World();
  world.children.put("/usr/sbin/sysctl", { stdout: "25F84\n" });
  const { rows, osBuild } = await world.guard().registry.drivers();
  assert.deepEqual(osBuild, { kind: "known", value: "25F84" });
  const row = rows.find((one) => one.build === "25F84");
  assert.equal(row?.driver, "130.15.2");
  assert.ok((row?.panics[0]?.reports ?? 0) >= 2);
});

Deno.test("validate() looks at what is named, and changes nothing of what is known", async () => {
  // Kills: a file that counts because somebody looked at it.
  const world = worldWith({ "wrong_name.jsonc": entryText("owner/own-4bit") });
  world.env["METALGUARD_REGISTRY"] = undefined;
  const { registry } = world.guard();
  const { problems, fileCount } = await registry.validate([OWN]);
  assert.deepEqual([fileCount, problems.map((one) => one.rule)], [1, [
    "file-name",
  ]]);
  assert.equal((await registry.check("owner/own-4bit")).level, "clear");
});

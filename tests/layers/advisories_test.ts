import assert from "node:assert/strict";
import {
  Advisories,
  findAdvisories,
  workloadAdvisory,
} from "../../lib/layers/advisories.ts";
import { registryData } from "../../lib/registry/registry_data.ts";
import { PythonWorld } from "../fakes/python_world.ts";

const SITE = "/v/lib/python3.12/site-packages";

function world(): PythonWorld {
  return new PythonWorld().python("/usr", "3.12").venv("/v", "/usr", "3.12")
    .package(SITE, "mlx", "0.31.2");
}

Deno.test("advisories reports what is known of the Python that is asked for, and of the configured one", async () => {
  // Kills: --python that is passed over; MLX_SAFE_PYTHON_BIN's packages never looked at.
  const { ports } = world();
  const asked = await new Advisories(ports, undefined).check({ python: "/v" });
  assert.deepEqual(asked.blocked.map(({ version }) => version), ["0.31.2"]);
  const configured = await new Advisories(ports, "/v/bin/python").check();
  assert.equal(configured.blocked.length, 1);
  const other = await new Advisories(ports, "/v/bin/python").check({
    python: "/usr/bin/python3",
  });
  assert.deepEqual(other.blocked, []);
});

Deno.test("advisories reports, also where no Python is, and keeps what was out of order", async () => {
  // Kills: a refusal or an exception on a machine without Python; findings of the reading that get lost.
  const none = await new Advisories(new PythonWorld().ports, undefined)
    .check();
  assert.equal(none.installed.python.kind, "unknown");
  assert.deepEqual(none.advisories, []);
  const torn = world();
  torn.store.putFolder(`${SITE}/mlx_lm-1.dist-info`);
  torn.package(SITE, "transformers", "main");
  const { findings } = await new Advisories(torn.ports, "/v").check();
  assert.deepEqual(findings.map(({ code }) => code), [
    "package-unreadable",
    "version-unreadable",
  ]);
});

Deno.test("a transformers that is known to be absent settles the conditions on it", () => {
  // Kills: `null` and "left out" taken for the same.
  const issues = (transformers: string | null | undefined): readonly string[] =>
    findAdvisories({ "mlx-lm": "0.31.1", transformers }).advisories
      .map(({ advisory }) => advisory.issue);
  assert.ok(issues(undefined).includes("ml-explore/mlx-lm#897"));
  assert.equal(issues(null).includes("ml-explore/mlx-lm#897"), false);
});

Deno.test("every version that the registry recommends names the faults it has itself", () => {
  // Kills: "pin mlx==0.31.1" without a word of the four advisories that 0.31.1 has.
  const { advisories, blocked } = registryData();
  const all = [...advisories, ...blocked].flatMap((one) =>
    one.recommends ?? []
  );
  assert.ok(all.length >= 5);
  for (const { package: name, version, knownIssues } of all) {
    const own = findAdvisories({ [name]: version });
    const issues = own.advisories.map(({ advisory }) => advisory.issue);
    const blocks = own.blocked.flatMap(({ release }) => release.upstream);
    for (const issue of issues) {
      assert.ok(knownIssues.includes(issue), `${name} ${version}: ${issue}`);
    }
    assert.equal(
      blocks.length === 0 ||
        blocks.some((url) =>
          knownIssues.some((issue) =>
            url.endsWith(
              `/${issue.split("#")[0]}/issues/${issue.split("#")[1]}`,
            )
          )
        ),
      true,
      `${name} ${version} is blocked`,
    );
  }
});

Deno.test("workloadAdvisory() knows kinds of work by their id", () => {
  // Kills: a lookup by anything else than the id; an exception for one that is not there.
  assert.equal(
    workloadAdvisory("lora_with_display_active")?.severity,
    "high",
  );
  assert.equal(workloadAdvisory("toString"), undefined);
});

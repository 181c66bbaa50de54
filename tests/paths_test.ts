import assert from "node:assert/strict";
import { type Config, resolveConfig } from "../lib/config.ts";
import { type Paths, resolvePaths } from "../lib/paths.ts";
import { fakeEnv } from "./fakes/env.ts";

const DEFAULTS = resolveConfig(fakeEnv()).config;

function paths(
  env: Record<string, string | undefined>,
  config: Partial<Config> = {},
): Paths {
  return resolvePaths({ ...DEFAULTS, ...config }, fakeEnv(env)).paths;
}

Deno.test("under a HOME everything lies where the Python tool has it", () => {
  // Kills: a file that only one of the two tools finds (SPEC 1).
  assert.deepEqual(paths({ HOME: "/Users/ada" }), {
    gateClock: "/Users/ada/.cache/metal-guard/gate-clock.json",
    cadence: "/Users/ada/.cache/metal-guard/cadence.json",
    breaker: "/Users/ada/.cache/metal-guard/breaker.json",
    guards: "/Users/ada/.cache/metal-guard/guards",
    home: "/Users/ada",
    stateFolder: "/Users/ada/.cache/metal-guard",
    sentinel: "/Users/ada/.cache/metal-guard/panic-sentinel.json",
    ack: "/Users/ada/.metal-guard-ack",
    hub: "/Users/ada/.cache/huggingface/hub",
    runs: "/Users/ada/.cache/metal-guard/runs",
    lastGood: "/Users/ada/.cache/metal-guard/last-good.json",
    reportDigests: "/Users/ada/.cache/metal-guard/report-digests.jsonl",
    ledger: "/Users/ada/.cache/metal-guard/panics.jsonl",
    postmortem: "/Users/ada/.cache/metal-guard/postmortem.json",
    nativeTrial: "/Users/ada/.cache/metal-guard/native-trial.json",
    workingSet: "/Users/ada/.cache/metal-guard/working-set.json",
    lock: "/Users/ada/.metal-guard/locks/mlx_exclusive.lock",
    status: "/Users/ada/.cache/metal-guard/status.json",
    breadcrumbs: undefined,
    defaultBreadcrumbs: "/Users/ada/.cache/metal-guard/metal_breadcrumb.log",
    reportFolders: [
      { path: "/Library/Logs/DiagnosticReports", isEvidence: true },
      { path: "/Library/Logs/DiagnosticReports/Retired", isEvidence: true },
      { path: "/Users/ada/Library/Logs/DiagnosticReports", isEvidence: true },
      {
        path: "/Users/ada/Library/Logs/DiagnosticReports/Retired",
        isEvidence: true,
      },
      { path: "/var/db/PanicReporter", isEvidence: false },
    ],
  });
});

Deno.test("no usable HOME is a finding, and the system's folders are still read", () => {
  // Kills: `undefined/.cache`, and a gate that sees no panics under a launchd job without HOME (SAFETY H3).
  for (const HOME of [undefined, "", "relative", "~"]) {
    const { paths, findings } = resolvePaths(DEFAULTS, fakeEnv({ HOME }));
    assert.deepEqual(findings.map((one) => one.code), ["no-home"]);
    assert.deepEqual(
      [paths.home, paths.sentinel, paths.ack, paths.defaultBreadcrumbs],
      [undefined, undefined, undefined, undefined],
    );
    assert.deepEqual(
      paths.reportFolders.map((folder) => folder.path),
      [
        "/Library/Logs/DiagnosticReports",
        "/Library/Logs/DiagnosticReports/Retired",
        "/var/db/PanicReporter",
      ],
    );
  }
});

Deno.test("slashes at the end of HOME do not double", () => {
  // Kills: `//.metal-guard-ack` for a HOME of `/`.
  assert.equal(paths({ HOME: "/" }).ack, "/.metal-guard-ack");
  assert.equal(paths({ HOME: "//" }).ack, "/.metal-guard-ack");
  assert.equal(paths({ HOME: "/a//" }).ack, "/a/.metal-guard-ack");
});

Deno.test("the state folder moves the state files, not ack and lock", () => {
  // Kills: an ack that the Python tool does not see.
  const moved = paths({ HOME: "/h" }, { stateFolder: "/state/" });
  assert.equal(moved.sentinel, "/state/panic-sentinel.json");
  assert.equal(moved.defaultBreadcrumbs, "/state/metal_breadcrumb.log");
  assert.equal(moved.ack, "/h/.metal-guard-ack");
  assert.equal(moved.lock, "/h/.metal-guard/locks/mlx_exclusive.lock");
});

Deno.test("named report folders replace all others, each with its Retired", () => {
  // Kills: real reports of the machine in a test that names its own (SPEC 1.2).
  const { reportFolders } = paths({ HOME: "/h" }, { reportFolders: ["/r"] });
  assert.deepEqual(reportFolders, [
    { path: "/r", isEvidence: true },
    { path: "/r/Retired", isEvidence: true },
  ]);
});

Deno.test("overrides win, also one that says there is no place", () => {
  // Kills: `home: undefined` that quietly becomes the HOME of the environment.
  const env = fakeEnv({ HOME: "/h" });
  const config = { ...DEFAULTS, stateFolder: "/configured" };
  const set = resolvePaths(config, env, { sentinel: "/x", breadcrumbs: null });
  assert.deepEqual(
    [set.paths.sentinel, set.paths.breadcrumbs, set.paths.status],
    ["/x", null, "/configured/status.json"],
  );
  const none = resolvePaths(DEFAULTS, env, { home: undefined });
  assert.deepEqual(
    [none.paths.home, none.paths.ack, none.paths.sentinel],
    [undefined, undefined, undefined],
  );
  assert.equal(none.findings.length, 1);
  const stateless = resolvePaths(config, env, { stateFolder: undefined });
  assert.equal(stateless.paths.sentinel, undefined);
  assert.equal(stateless.paths.ack, "/h/.metal-guard-ack");
});

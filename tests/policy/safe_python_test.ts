import assert from "node:assert/strict";
import {
  checkExitCode,
  decideByGate,
  decideWithoutGate,
  passesWithoutGate,
  SAFE_PYTHON_POLICY,
} from "../../lib/policy/safe_python.ts";

const PASSES: readonly (readonly string[])[] = [
  ["-m", "pip"],
  ["-m", "pip", "install", "-c", "constraints.txt", "mlx"],
  ["-m", "pip3"],
  ["-m", "pip3.9"],
  ["-m", "pip3.13"],
  ["-m", "build"],
  ["-m", "virtualenv"],
  ["-m", "venv", ".venv"],
  ["-m", "ensurepip"],
  ["-m", "tomllib"],
  ["-mpip"],
  ["-Impip"],
  ["-Im", "pip"],
  ["-I", "-E", "-s", "-u", "-B", "-X", "dev", "-W", "ignore", "-m", "pip"],
  ["-Xdev", "-Wignore", "-mpip"],
  ["-IX", "utf8=1", "-m", "pip"],
  ["-W", "error::DeprecationWarning", "-m", "pip"],
  ["-W", "", "-m", "pip"],
  ["-OO", "-vv", "-m", "venv"],
  ["--version"],
  ["-V"],
  ["-VV"],
  ["-h"],
  ["-?"],
  ["-I", "--help"],
  ["--help-all"],
  ["-V", "-c", "import mlx"],
];

const ASKS: readonly (readonly string[])[] = [
  [],
  [""],
  ["-"],
  ["--"],
  ["--", "-m", "pip"],
  ["train.py"],
  ["train.py", "-m", "pip"],
  ["/opt/bin/pip", "install", "mlx"],
  ["pip"],
  ["-c", "import mlx"],
  ["-c", "-m", "pip"],
  ["-c", "-V"],
  ["-cimport mlx", "-m", "pip"],
  ["-Ic", "import mlx", "-V"],
  ["-c"],
  ["-m"],
  ["-m", ""],
  ["-m", "mlx_lm.generate"],
  ["-m", "mlx_lm", "-m", "pip"],
  ["-m", "-V"],
  ["-m", "pip3."],
  ["-m", "pip3.x"],
  ["-m", "pip3.1.2"],
  ["-m", "pip30"],
  ["-m", "pip\n"],
  ["-m", " pip"],
  ["-m", "pip._internal"],
  ["-m", "PIP"],
  ["-m", "pipx"],
  ["-m", "mypip"],
  ["-mIpip"],
  ["-i", "-m", "pip"],
  ["-im", "pip"],
  ["-X", "presite=mlx.core", "-m", "pip"],
  ["-Xpresite=mlx.core", "-m", "pip"],
  ["-X", "-m", "pip"],
  ["-X"],
  ["-W", "error::mlx.core.Warning", "-m", "pip"],
  ["-Werror::mlx.core.Warning", "-m", "pip"],
  ["-W", "-m", "pip"],
  ["--check-hash-based-pycs", "always", "-m", "pip"],
  ["--versions"],
  ["-ü", "-m", "pip"],
];

Deno.test("passesWithoutGate() lets through what imports no Metal, however python's flags are written", () => {
  // Kills: reading only `-m pip` as two words; taking the value of -X or -W for the first argument of python.
  for (const args of PASSES) {
    assert.equal(passesWithoutGate(args), true, JSON.stringify(args));
  }
});

Deno.test("passesWithoutGate() asks about everything else", () => {
  // Kills: looking for `-m pip` anywhere; prefix matches; -W and -X that import; -i; flags that are values.
  for (const args of ASKS) {
    assert.equal(passesWithoutGate(args), false, JSON.stringify(args));
  }
});

Deno.test("decideWithoutGate() puts harmless arguments before force, and asks for the rest", () => {
  // Kills: a warning and changed variables for a forced `-m pip`; force that is ignored; asking nobody.
  const harmless = ["-m", "pip"];
  const risky = ["-c", "import mlx"];
  for (const forced of [true, false]) {
    assert.deepEqual(decideWithoutGate(harmless, { forced }), { kind: "run" });
  }
  assert.deepEqual(decideWithoutGate(risky, { forced: true }), {
    kind: "run-restricted",
    because: "forced",
  });
  assert.equal(decideWithoutGate(risky, { forced: false }), undefined);
});

Deno.test("decideByGate() fails open: only 2 blocks, only 0 is a clean run", () => {
  // Kills: `>= 2` as blocked, `< 3` as open, a missing answer as open.
  assert.deepEqual(decideByGate(0), { kind: "run" });
  assert.deepEqual(decideByGate(2), { kind: "blocked" });
  for (const exitCode of [undefined, -1, 1, 3, 64, 127, 137, NaN]) {
    assert.deepEqual(
      decideByGate(exitCode),
      { kind: "run-restricted", because: "broken" },
      `exit ${exitCode}`,
    );
  }
});

Deno.test("checkExitCode() tells a broken gate from a forced run", () => {
  // Kills: 11 for every restricted run; 0 for a broken gate.
  assert.equal(checkExitCode({ kind: "run" }), 0);
  assert.equal(checkExitCode({ kind: "blocked" }), 10);
  assert.equal(checkExitCode({ kind: "run-restricted", because: "forced" }), 0);
  assert.equal(
    checkExitCode({ kind: "run-restricted", because: "broken" }),
    11,
  );
});

Deno.test("SAFE_PYTHON_POLICY sets two variables and no more", () => {
  // Kills: a variable more, or another value, than the Python metal-guard's wrapper sets.
  assert.deepEqual(SAFE_PYTHON_POLICY.restrictedEnv, {
    PYTHONNOUSERSITE: "1",
    PYTORCH_ENABLE_MPS_FALLBACK: "0",
  });
});

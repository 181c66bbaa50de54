import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import {
  advisoriesExitCode,
  advisoriesJson,
  advisoriesText,
  type AdvisoriesView,
} from "../../lib/report/advisories.ts";
import { textStyle } from "../../lib/report/text_style.ts";
import { findAdvisories } from "../../mod.ts";

const STYLE = textStyle({ color: false, emoji: false });

function view(
  versions: Readonly<Record<string, string | null>>,
): AdvisoriesView {
  return {
    ...findAdvisories(versions),
    python: known({
      interpreter: "/v/bin/python",
      prefix: "/v",
      version: "3.12",
      kind: "uv",
    }),
    packages: new Map(
      Object.entries(versions).map(([name, version]) => [
        name,
        known(version === null ? null : { version, folder: "/v/site" }),
      ]),
    ),
  };
}

const NOBODY: AdvisoriesView = {
  advisories: [],
  blocked: [],
  findings: [],
  python: unknown("python3 is not on PATH"),
  packages: new Map([["mlx", unknown("python3 is not on PATH")]]),
};

Deno.test("advisoriesExitCode() is 0, 1, 2 or 3, and a fact that is good to know alone is no alarm", () => {
  // Kills: 0 for a release that must not be used, or for a machine of which nothing could be read.
  assert.equal(advisoriesExitCode(view({ mlx: "0.32.4" })), 0);
  assert.equal(advisoriesExitCode(view({ mlx: null })), 0);
  assert.equal(advisoriesExitCode(view({ mlx: "0.31.1" })), 1);
  assert.equal(advisoriesExitCode(view({ mlx: "0.31.2" })), 2);
  assert.equal(advisoriesExitCode(NOBODY), 3);
  const info = view({ mlx: "0.31.1" });
  const mild = info.advisories.filter(({ advisory }) =>
    advisory.severity === "info"
  );
  assert.equal(mild.length, 1);
  assert.equal(advisoriesExitCode({ ...info, advisories: mild }), 0);
});

Deno.test("advisoriesText() names what to go to, and what is on record against that", () => {
  // Kills: a recommendation that leads from one fault into four others in silence.
  const text = advisoriesText(view({ mlx: "0.31.2", "mlx-lm": null }), STYLE);
  assert.match(text, /^BLOCKED {2}/);
  assert.match(text, /mlx-lm not installed/);
  assert.match(
    text,
    /Go to {7}mlx 0\.31\.1, which has entries of its own:[\s\S]*mlx#3384/,
  );
  assert.match(text, /mlx 0\.31\.4 or later\n/);
  assert.match(text, /\(3\.12, virtual environment of uv\)/);
  assert.ok(text.indexOf("must not be used") < text.indexOf("(high)"));
});

Deno.test("advisoriesText() says that silence is no proof, and why it cannot tell", () => {
  // Kills: "all is well" where nothing was read.
  assert.match(
    advisoriesText(view({ mlx: "99" }), STYLE),
    /^CLEAR {2}.*no proof/,
  );
  const text = advisoriesText(NOBODY, STYLE);
  assert.match(text, /^UNKNOWN {2}.*--python/);
  assert.match(text, /unknown: python3 is not on PATH/);
});

Deno.test("advisoriesJson() tells absent from unknown, and holds the open condition", () => {
  // Kills: `version: null` that may mean either.
  const json = advisoriesJson(view({ "mlx-vlm": "0.4.4", mlx: null }));
  assert.deepEqual(json["packages"], [
    {
      name: "mlx-vlm",
      installed: true,
      version: "0.4.4",
      folder: "/v/site",
      reason: null,
    },
    {
      name: "mlx",
      installed: false,
      version: null,
      folder: null,
      reason: null,
    },
  ]);
  const text = JSON.stringify(json["advisories"]);
  assert.match(text, /"condition_unknown":"transformers ==5\.5\.\*"/);
  assert.deepEqual(advisoriesJson(NOBODY)["python"], {
    known: false,
    reason: "python3 is not on PATH",
  });
});

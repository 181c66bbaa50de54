import assert from "node:assert/strict";
import {
  launchdJson,
  launchdText,
  type LaunchdView,
} from "../../lib/report/launchd.ts";
import { textStyle } from "../../lib/report/text_style.ts";

const STYLE = textStyle({ color: false, emoji: false });

const VIEW: LaunchdView = {
  verb: "install",
  plan: {
    label: "com.metal-guard.gate",
    path: "/Users/ada b/Library/LaunchAgents/com.metal-guard.gate.plist",
    found: "other",
    target: "gui/501/com.metal-guard.gate",
  },
  text: "<plist/>\n",
  outcome: null,
};

Deno.test("launchdText() shows commands that can be pasted, on one line each", () => {
  // Kills: a path with a blank that the shell takes apart; a command that is broken in two.
  const text = launchdText(VIEW, STYLE);
  assert.match(
    text,
    /\$ launchctl bootstrap gui\/501 '\/Users\/ada b\/Library\/LaunchAgents\/com\.metal-guard\.gate\.plist'\n/,
  );
  assert.match(text, /did not write/);
  assert.match(text, /\n\n<plist\/>\n$/);
  const away = launchdText({ ...VIEW, verb: "uninstall", text: null }, STYLE);
  assert.match(away, /\$ launchctl bootout gui\/501\/com\.metal-guard\.gate\n/);
  assert.doesNotMatch(away, /plist\/>/);
});

Deno.test("launchdText() shows nothing that a terminal would obey", () => {
  // Kills: a HOME with an escape sequence in it.
  const path = "/Users/\u001b[2Jada/x.plist";
  const plan = { ...VIEW.plan, path };
  const outcome = { steps: [`wrote ${path}`], problem: path };
  const shown = launchdText({ ...VIEW, plan }, STYLE) +
    launchdText({ ...VIEW, plan, outcome }, STYLE);
  assert.equal(shown.includes("\u001b"), false);
});

Deno.test("launchdText() and launchdJson() tell every step, and the problem that ended them", () => {
  // Kills: a half-done installation that looks whole.
  const outcome = { steps: ["wrote it"], problem: "launchctl said no" };
  const text = launchdText({ ...VIEW, outcome }, STYLE);
  assert.match(text, /Done +wrote it\nProblem +launchctl said no\n$/);
  const json = launchdJson({ ...VIEW, outcome });
  assert.deepEqual(
    [json["dry_run"], json["steps"], json["problem"]],
    [false, ["wrote it"], "launchctl said no"],
  );
  assert.equal(launchdJson(VIEW)["dry_run"], true);
});

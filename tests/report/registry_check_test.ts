import assert from "node:assert/strict";
import type { RegistryAnswer } from "../../lib/policy/registry_lookup.ts";
import {
  alternativeWords,
  nearWords,
  registryCheckJson,
  registryCheckText,
  registryWarning,
} from "../../lib/report/registry_check.ts";
import { textStyle } from "../../lib/report/text_style.ts";
import { fakeEntry } from "../fakes/registry.ts";

const STYLE = textStyle({ color: false, emoji: false });
const ENTRY = fakeEntry({
  safeAlternative: {
    id: "owner/small",
    why: "It is small.",
    knownIssues: ["a/b#1"],
  },
});
const CLEAR: RegistryAnswer = {
  modelId: "x/y",
  gpuFamily: null,
  exact: null,
  elsewhere: null,
  near: [],
  level: "clear",
};
const EXACT: RegistryAnswer = {
  ...CLEAR,
  exact: { entry: ENTRY, kind: "exact", classes: ENTRY.errorClasses },
  level: "advisory",
};
const NEAR: RegistryAnswer = {
  ...CLEAR,
  near: [{ entry: ENTRY, kind: "same_model", classes: [] }],
  level: "advisory",
};

function text(found: RegistryAnswer): string {
  return registryCheckText(found, {
    style: STYLE,
    classes: [{
      name: "process_abort",
      costs: "process",
      plainWords: "It ended.",
      nextStep: "Go on.",
    }],
  });
}

Deno.test("a clear answer says that silence is no proof", () => {
  // Kills: "clear" that is read as "safe".
  assert.match(text(CLEAR), /^CLEAR {2}nothing is reported against x\/y/);
  assert.match(text(CLEAR), /No report is no proof/);
});

Deno.test("an entry says what happens, how sure that is, what to do and what instead, with its own faults", () => {
  // Kills: a recommendation that hides what is known against it.
  const words = text(EXACT);
  assert.match(words, /Happens {5}The program ends/);
  assert.match(words, /Means {7}It ended\./);
  assert.match(words, /1 independent source, 0 reproductions; confidence low/);
  assert.match(
    words,
    /Instead {5}owner\/small\. It is small\. Known against it: a\/b#1\./,
  );
  assert.match(
    words,
    /\n {12}\$ metal-guard registry show owner\/tiny-4bit\n$/,
  );
  assert.equal(alternativeWords(fakeEntry()), "");
});

Deno.test("another build is presumed, in text, log and JSON", () => {
  // Kills: a presumption that a program or a person takes for a report.
  assert.match(
    text(NEAR),
    /Presumed {4}This is another build of owner\/tiny-4bit/,
  );
  assert.match(registryWarning(NEAR), /presumed, not confirmed/);
  const json = registryCheckJson(NEAR, 1);
  assert.equal(json["confirmed"], null);
  assert.match(JSON.stringify(json["presumed"]), /"match":"same_model"/);
  assert.match(
    nearWords({ entry: ENTRY, kind: "same_name", classes: [] }),
    /^named like/,
  );
});

Deno.test("reports for other GPUs only are told as that", () => {
  // Kills: an entry for M4 that vanishes on M5 without a word.
  const found: RegistryAnswer = {
    ...CLEAR,
    gpuFamily: "M5",
    elsewhere: ENTRY,
    level: "advisory",
  };
  assert.match(text(found), /Reports exist for other GPUs only \(M4\)/);
  assert.match(registryWarning(found), /for other GPUs than M5/);
  assert.equal(
    registryCheckJson(found, 1)["other_gpus_only"],
    "owner/tiny-4bit",
  );
});

Deno.test("what was typed reaches a terminal only as plain text", () => {
  // Kills: a model id that clears the screen.
  const typed = { ...CLEAR, modelId: "x\u001b[2J/y" };
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text(typed) + registryWarning(typed), /\u001b/);
});

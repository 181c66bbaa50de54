import assert from "node:assert/strict";
import {
  registryProblemsGithub,
  registryProblemsJson,
  registryProblemsText,
} from "../../lib/report/registry_problems.ts";
import { textStyle } from "../../lib/report/text_style.ts";

const STYLE = textStyle({ color: false, emoji: false });
const PROBLEM = {
  file: "registry/models/x.jsonc",
  line: 3,
  column: 5,
  rule: "bad-date",
  message: '"date" is no day',
  fix: "Write it as YYYY-MM-DD",
};

Deno.test("a person gets place, rule, fault and way out; a sound set says how many files it is", () => {
  // Kills: a fault that an editor cannot jump to.
  assert.equal(
    registryProblemsText({ problems: [PROBLEM], fileCount: 2 }, {
      style: STYLE,
    }),
    'registry/models/x.jsonc:3:5 bad-date\n  "date" is no day\n  Write it as YYYY-MM-DD\n1 problem in 2 files.\n',
  );
  assert.equal(
    registryProblemsText({ problems: [], fileCount: 1 }, { style: STYLE }),
    "VALID  1 file\n",
  );
});

Deno.test("a program gets the same, and whether it is valid", () => {
  // Kills: a CI step that has to count lines.
  assert.deepEqual(
    registryProblemsJson({ problems: [PROBLEM], fileCount: 1 }),
    {
      valid: false,
      files: 1,
      problems: [PROBLEM],
    },
  );
});

Deno.test("annotations are one line each, in the runner's escapes", () => {
  // Kills: a file name that starts a command of the runner, or ends the annotation.
  assert.equal(
    registryProblemsGithub({ problems: [PROBLEM], fileCount: 1 }),
    '::error file=registry/models/x.jsonc,line=3,col=5,title=bad-date::"date" is no day. Write it as YYYY-MM-DD\n',
  );
  const hostile = {
    ...PROBLEM,
    file: "a,line=1::x\n::add-mask::b%0A",
    message: "100%\n::error::x",
  };
  const text = registryProblemsGithub({ problems: [hostile], fileCount: 1 });
  assert.equal(text.split("\n").length, 2);
  assert.match(
    text,
    /^::error file=a%2Cline=1%3A%3Ax %3A%3Aadd-mask%3A%3Ab%250A,line=3/,
  );
  assert.match(text, /::100%25 ::error::x\. /);
  assert.equal(registryProblemsGithub({ problems: [], fileCount: 1 }), "");
});

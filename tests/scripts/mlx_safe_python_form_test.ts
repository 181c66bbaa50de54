import assert from "node:assert/strict";
import { SCRIPT } from "./safe_python_place.ts";

Deno.test("mlx-safe-python is clean to shellcheck", async () => {
  // Kills: an unquoted variable, a `[` with too many words.
  const command = new Deno.Command("shellcheck", {
    args: ["-s", "bash", SCRIPT],
  });
  const output = await command.output().catch((cause: unknown) => {
    throw new Error(
      "shellcheck is missing: type `apt-get install --yes shellcheck` (macOS: `brew install shellcheck`)",
      { cause },
    );
  });
  assert.equal(new TextDecoder().decode(output.stdout), "");
  assert.equal(output.code, 0);
});

/** What bash 3.2 does not know or does otherwise, each with a line that the pattern must find. */
const NEWER: readonly (readonly [RegExp, string])[] = [
  [/\b(?:mapfile|readarray|coproc)\b/, "mapfile -t lines"],
  [/\b(?:declare|local|typeset|readonly)\s+-\w*[Anglu]/, "declare -A map"],
  [/\b(?:declare|local|typeset|readonly)\s+-\w*[Anglu]/, "local -n ref=x"],
  [/\$\{!?[\w@*]+(?:\[[^\]]*\])?(?:\^|,)/, '"${x^^}"'],
  [/\$\{[\w@*]+(?:\[[^\]]*\])?@[A-Za-z]\}/, '"${x@Q}"'],
  [/\$\{\w+:[^}]*:\s*\$?\(?\(?-/, '"${x:1:-1}"'],
  [/\[-\d+\]/, '"${list[-1]}"'],
  [/\|&/, "make |& less"],
  [/&>>/, "make &>>log"],
  [/;;?&/, "a) one ;;&"],
  [/(?:\[\[?|\btest)\s+(?:!\s+)?-[vR]\s/, "[[ -v x ]]"],
  [/printf\s[^\n]*%\([^)]*\)T/, "printf '%(%s)T' -1"],
  [/\bprintf\s+-v\s+\w+\[/, "printf -v list[1] x"],
  [/\bwait\s+-[nfp]/, "wait -n"],
  [/\b(?:EPOCHSECONDS|EPOCHREALTIME|SRANDOM|BASHPID)\b/, 'echo "$BASHPID"'],
  [/\b(?:BASH_ARGV0|BASH_XTRACEFD|PROMPT_DIRTRIM)\b/, "BASH_XTRACEFD=5"],
  [/\bread\s(?:[^|;&\n]*\s)?-[a-z]*[Ni]/, "read -r -N 3 x"],
  [/\bread\s(?:[^|;&\n]*\s)?-t\s*(?:0\b|\d*\.\d)/, "read -t 0.5 x"],
  [/(?:^|\s)\{\w+\}[<>]/, "exec {fd}<file"],
  [
    /\bshopt\b[^\n]*\b(?:globstar|lastpipe|inherit_errexit|autocd|localvar_inherit)\b/,
    "shopt -s lastpipe",
  ],
  [/\$'[^']*\\[uU]/, "$'\\u00e9'"],
  [/\{\d+\.\.\d+\.\.\d+\}/, "{1..9..2}"],
  [/\{0\d+\.\./, "{01..10}"],
  [/\$\{\s/, "${ date; }"],
  [/\beval\b/, 'eval "$x"'],
  // An empty list is an unbound variable to `set -u` there; "$@" is safe as ${1+"$@"} only.
  [/\$\{\w+\[[@*]\]\}/, '"${list[@]}"'],
  [
    /^(?:main|\s+exec|.*passes_without_gate)\s[^\n]*(?<!\$\{1\+)"\$@"/m,
    'main "$@"',
  ],
];

Deno.test("mlx-safe-python uses nothing that bash 3.2 lacks", () => {
  // Kills: a script that works here and dies on every Mac; a pattern that finds nothing.
  const code = Deno.readTextFileSync(SCRIPT).split("\n")
    .filter((line) => !line.trimStart().startsWith("#")).join("\n");
  for (const [pattern, sample] of NEWER) {
    assert.match(sample, pattern);
    assert.doesNotMatch(code, pattern);
  }
});

Deno.test("mlx-safe-python is executable, names bash by its path and stops at unset variables", () => {
  // Kills: a lost x bit; an `env bash` that needs a PATH; a misspelt variable that counts as empty.
  assert.equal((Deno.statSync(SCRIPT).mode ?? 0) & 0o111, 0o111);
  const text = Deno.readTextFileSync(SCRIPT);
  assert.ok(text.startsWith("#!/bin/bash\n# mlx-safe-python:"));
  assert.match(text, /^set -u$/m);
});

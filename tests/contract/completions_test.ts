/**
 * The completion scripts in the real shells. Each shell is asked the way its own completion asks; none needs a terminal.
 */
import assert from "node:assert/strict";
import { CliPlace } from "../cli_place.ts";

const PROGRAMS = ["bash", "zsh", "fish"] as const;
type Shell = typeof PROGRAMS[number];

/** Puts `metal-guard` on PATH, as an installed program is, and the script where the shell finds it. */
async function install(place: CliPlace, shell: Shell): Promise<string> {
  const path = `${place.bin}/metal-guard`;
  const line = place.commandLine([]).map((word) => `'${word}'`).join(" ");
  Deno.writeTextFileSync(path, `#!/bin/sh\nexec ${line} "$@"\n`);
  Deno.chmodSync(path, 0o755);
  const { code, stdout } = await place.run(["completions", shell]);
  assert.equal(code, 0);
  const script = `${place.home}/_metal-guard`;
  Deno.writeTextFileSync(script, stdout);
  return script;
}

/** Runs a shell that reads nothing of the user's. */
function runShell(
  place: CliPlace,
  shell: Shell,
  script: string,
): string {
  const quiet = {
    bash: ["--noprofile", "--norc"],
    zsh: ["-f"],
    fish: ["--no-config"],
  }[shell];
  const command = new Deno.Command(shell, {
    args: [...quiet, "-c", script],
    cwd: place.root,
    clearEnv: true,
    env: { ...place.environment(), TERM: "xterm" },
    stdin: "null",
  });
  let output: Deno.CommandOutput;
  try {
    output = command.outputSync();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const how = Deno.build.os === "darwin"
      ? `brew install ${shell}`
      : `sudo apt-get install -y --no-install-recommends ${shell}`;
    throw new Error(`This test needs ${shell}. Please type: ${how}`, {
      cause: error,
    });
  }
  const text = new TextDecoder();
  const errors = text.decode(output.stderr);
  assert.equal(errors, "", `${shell}: ${errors}`);
  return text.decode(output.stdout);
}

/** What the shell proposes for a line; the last word is being typed. */
type Proposer = (
  place: CliPlace,
  file: string,
  line: readonly string[],
) => string;

const PROPOSERS: Readonly<Record<Shell, Proposer>> = {
  // Loads the script, then does what readline does: sets the words, calls the function that `complete` registered.
  bash: (place, file, line) =>
    runShell(
      place,
      "bash",
      `source '${file}'
read -r _ _ _ _ function _ <<<"$(complete -p metal-guard)"
COMP_WORDS=(${line.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${line.length - 1}
"$function" metal-guard "\${COMP_WORDS[COMP_CWORD]}" ""
printf '%s\\n' "\${COMPREPLY[@]}"`,
    ),
  // Completion needs a line editor, so a zsh of its own runs on a pseudo-terminal, where a tab is pressed.
  zsh: (place, _, line) => {
    Deno.writeTextFileSync(`${place.home}/.zshrc`, ZSHRC);
    return runShell(
      place,
      "zsh",
      `zmodload zsh/zpty
wait_for() { repeat 400; do [[ -e $1 ]] && return; sleep 0.02; done; print -u2 "no $1"; }
rm -f ready matches
zpty inner "zsh -d -i"
wait_for ready
zpty -w -n inner '${line.join(" ")}'$'\\t'
wait_for matches
zpty -d inner
cat matches`,
    );
  },
  // `complete -C` is how fish itself is asked for what it would propose.
  fish: (place, file, line) =>
    runShell(
      place,
      "fish",
      `source '${file}'; complete -C '${line.join(" ")}'`,
    ),
};

/** Writes down what the completion system accepts of what a script gives it, and when the line editor is ready. */
const ZSHRC = `PROMPT=
fpath=($HOME $fpath)
autoload -Uz compinit
compinit -u -D
unsetopt beep
compadd() {
  local -a accepted
  builtin compadd -O accepted "$@"
  builtin compadd "$@"
  print -rl -- $accepted >matches.new
  mv matches.new matches
}
zle-line-init() { : >ready; }
zle -N zle-line-init
`;

const CASES: readonly {
  readonly line: readonly string[];
  readonly proposed: readonly string[];
}[] = [
  {
    line: ["metal-guard", "pan"],
    proposed: ["panic-gate", "panics"],
  },
  { line: ["metal-guard", "hold", "--f"], proposed: ["--for"] },
  {
    line: ["metal-guard", "completions", ""],
    proposed: ["bash", "fish", "zsh"],
  },
  {
    line: ["metal-guard", "panic-gate", "--"],
    proposed: ["--json", "--quiet", "--wait"],
  },
];

for (const shell of PROGRAMS) {
  Deno.test(`the ${shell} script completes commands, flags and values in ${shell}`, async () => {
    // Kills: a script that is a syntax error in its shell, that hands the words over wrongly, or that registers nothing.
    using place = new CliPlace();
    const file = await install(place, shell);
    for (const { line, proposed } of CASES) {
      const said = PROPOSERS[shell](place, file, line);
      const lines = said.split("\n").map((one) => one.split("\t")[0]?.trim())
        .filter((one) => one !== "").sort();
      const expected = proposed.filter((one) => lines.includes(one));
      // Other proposals such as --help may stand beside them, but nothing that does not begin as typed.
      assert.deepEqual(expected, proposed, `${line.join(" ")}: ${said}`);
      const typed = line.at(-1) ?? "";
      for (const one of lines) assert.ok(one?.startsWith(typed), one);
    }
  });

  Deno.test(`the ${shell} script proposes nothing where nothing fits, and prints no error`, async () => {
    // Kills: a usage error that lands among the proposals or on the terminal.
    using place = new CliPlace();
    const file = await install(place, shell);
    for (const line of [["hold", "--zzz"], ["hold", "--for", ""]]) {
      const said = PROPOSERS[shell](place, file, ["metal-guard", ...line]);
      assert.equal(said.trim(), "", line.join(" "));
    }
  });
}

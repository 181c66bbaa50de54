import { type CliContext, command } from "../context.ts";

/** `completions` takes no flags. */
export type CompletionsFlags = Readonly<Record<never, never>>;

/**
 * Each script asks the program itself, so that a new command completes without a new script: the words so far go in,
 * one proposal a line comes out.
 */
const SCRIPTS: { readonly [K in "bash" | "zsh" | "fish"]: string } = {
  bash: `# bash completion for metal-guard
_metal_guard() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [ -n "$line" ] && COMPREPLY+=("$line")
  done < <(metal-guard __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _metal_guard metal-guard
`,
  zsh: `#compdef metal-guard
_metal_guard() {
  local -a proposals
  proposals=(\${(f)"$(metal-guard __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  compadd -a proposals
}
# The file is called _metal-guard, and what is loaded out of it on the first Tab has that name too.
if [ "$funcstack[1]" = "_metal-guard" ]; then
  _metal_guard "$@"
else
  compdef _metal_guard metal-guard
fi
`,
  fish: `# fish completion for metal-guard
function __metal_guard_complete
  set -l words (commandline -opc) (commandline -ct)
  metal-guard __complete $words[2..-1] 2>/dev/null
end
complete -c metal-guard -f -a "(__metal_guard_complete)"
`,
};

/** `metal-guard completions`: a completion script for a shell. */
export default command<CompletionsFlags, ["bash" | "zsh" | "fish"]>(
  (context: CliContext, _flags, shell) => {
    context.terminal.stdout.write(SCRIPTS[shell]);
    return Promise.resolve(0);
  },
);

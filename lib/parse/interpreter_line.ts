/** Longest first lines that systems take. */
const MAX_LENGTH = 1_000;

/**
 * The Python that a script such as `mlx_lm.server` is started by.
 *
 * Two forms are known: `#!/path/python`, and the one that pip writes where that would be too long or holds blanks, in
 * which `/bin/sh` reads `'''exec' "/path/python" "$0" "$@"`.
 *
 * @param head The script's beginning.
 * @returns An absolute path, or a bare name for `#!/usr/bin/env python3`; `undefined` when it is no Python's script.
 */
export function pythonOfScript(head: string): string | undefined {
  if (!head.startsWith("#!")) return undefined;
  const [first = "", second = ""] = head.slice(0, MAX_LENGTH * 2).split(
    "\n",
    2,
  );
  const quoted = /^'''exec' (?:"(?<path>[^"]+)"|(?<bare>\/\S+)) /.exec(second)
    ?.groups;
  const words = first.slice(2).trim().split(/\s+/);
  const program = quoted?.["path"] ?? quoted?.["bare"] ??
    (words[0]?.endsWith("/env") === true ? words[1] : words[0]);
  if (program === undefined) return undefined;
  const name = program.slice(program.lastIndexOf("/") + 1);
  return /^python[0-9.]*t?$/.test(name) ? program : undefined;
}

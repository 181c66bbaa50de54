/**
 * The Python with a real MLX that some tests start: made once, in a folder that git ignores, then used offline.
 *
 * @module
 */

/** Names a Python that is to be used in place of ours. It must have what `scripts/python/requirements.txt` lists. */
export const TEST_PYTHON_VARIABLE = "METALGUARD_TEST_PYTHON";

/** The virtual environment, below the project's folder. */
const FOLDER = ".cache/python";

/** What the environment was made of. Written last, so that half an environment is never taken for a whole one. */
const STAMP = `${FOLDER}/metal-guard-made-of.txt`;

const REQUIREMENTS = "scripts/python/requirements.txt";
const CONSTRAINTS = "scripts/python/constraints.txt";
/** Packages that stand beside the others, in a folder that tests put on the path when they want them. */
const BESIDE = "scripts/python/beside.txt";

/** Starts a program and tells whether it was content. */
export type RunProgram = (program: string, args: readonly string[]) => boolean;

/**
 * Where our Python is, whether or not it was made yet.
 *
 * @param root The project's folder.
 */
export function testPythonPath(root: string): string {
  return `${root}/${FOLDER}/bin/python`;
}

/**
 * Where a Python's packages of `beside.txt` are.
 *
 * @param python The Python's path.
 */
export function besideFolder(python: string): string {
  return `${python.replace(/\/bin\/[^/]*$/, "")}/beside`;
}

/**
 * Makes the environment when it is missing, half made, or made of other versions. Two that come at once wait for each
 * other.
 *
 * @param root The project's folder.
 * @param run Starts `python3`, and then the new Python.
 * @returns The Python's path, or `undefined` when it cannot be made; what failed has then been printed by `run`.
 */
export function prepareTestPython(
  root: string,
  run: RunProgram,
): string | undefined {
  const beside = tryReadText(`${root}/${BESIDE}`);
  const wanted = [
    ...[REQUIREMENTS, CONSTRAINTS].map((name) =>
      Deno.readTextFileSync(`${root}/${name}`)
    ),
    ...(beside === undefined ? [] : [beside]),
  ].join("\n");
  const python = testPythonPath(root);
  Deno.mkdirSync(`${root}/.cache`, { recursive: true });
  using lock = Deno.openSync(`${root}/.cache/python.lock`, {
    create: true,
    write: true,
  });
  lock.lockSync(true);
  if (tryReadText(`${root}/${STAMP}`) === wanted && run(python, ["-c", ""])) {
    return python;
  }
  const pip = [
    ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
    ...["--only-binary=:all:", "--requirement"],
  ];
  const isMade =
    run("python3", ["-m", "venv", "--clear", `${root}/${FOLDER}`]) &&
    run(python, [
      ...pip,
      ...[`${root}/${REQUIREMENTS}`, "--constraint", `${root}/${CONSTRAINTS}`],
    ]) &&
    (beside === undefined || run(python, [
      ...pip,
      ...[`${root}/${BESIDE}`, "--no-deps", "--target", besideFolder(python)],
    ]));
  if (!isMade) return undefined;
  Deno.writeTextFileSync(`${root}/${STAMP}`, wanted);
  return python;
}

function tryReadText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return undefined;
    throw error;
  }
}

import {
  TEST_PYTHON_VARIABLE,
  testPythonPath,
} from "../scripts/test_python.ts";

/** The project's folder. */
const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname)
  .replace(/\/$/, "");

/**
 * The Python with mlx, mlx-lm and packaging that the test command prepares.
 *
 * @returns Its path: the one in `METALGUARD_TEST_PYTHON`, else ours.
 * @throws {Error} When it is not there; the message says how to make it.
 */
export function pythonOfTests(): string {
  const path = Deno.env.get(TEST_PYTHON_VARIABLE) ?? testPythonPath(ROOT);
  try {
    Deno.statSync(path);
    return path;
  } catch (cause) {
    throw new Error(
      `Cannot use ${path}: \`deno task test\` makes it, or name another one in ${TEST_PYTHON_VARIABLE}`,
      { cause },
    );
  }
}

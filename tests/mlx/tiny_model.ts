import { pythonOfTests } from "../python_of_tests.ts";

const PROGRAM = new URL(
  "../../scripts/python/tiny_model.py",
  import.meta.url,
).pathname;

/**
 * A model of random weights for the Python of the tests, in that Python's folder; made when it is missing.
 *
 * @param name Last part of its path, for tests of what a name brings about.
 * @returns Its path, which counts as the model's name.
 */
export async function tinyModel(name = "tiny"): Promise<string> {
  const python = pythonOfTests();
  const folder = `${python.replace(/\/bin\/[^/]*$/, "")}/models/${name}`;
  if (isThere(folder)) return folder;
  const fresh = Deno.makeTempDirSync({ prefix: "metal-guard-model-" });
  const { success, stderr } = await new Deno.Command(python, {
    args: [PROGRAM, `${fresh}/model`],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    throw new Error(
      `Cannot make the tiny model: ${new TextDecoder().decode(stderr)}`,
    );
  }
  Deno.mkdirSync(`${folder}/..`, { recursive: true });
  try {
    // In one step: another test may make it at the same moment.
    Deno.renameSync(`${fresh}/model`, folder);
  } catch (error) {
    if (!isThere(folder)) throw error;
  }
  Deno.removeSync(fresh, { recursive: true });
  return folder;
}

function isThere(folder: string): boolean {
  try {
    return Deno.statSync(`${folder}/config.json`).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

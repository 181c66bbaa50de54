/**
 * Runs before the program, in its process, and brings about what Deno itself could not start with: it looks for
 * `.npmrc` in HOME and for its own folder. A compiled program does neither.
 *
 * @module
 */
const home = Deno.env.get("TEST_HOME");
if (home !== undefined) Deno.env.set("HOME", home);

const folder = Deno.env.get("TEST_GONE_FOLDER");
if (folder !== undefined) {
  Deno.chdir(folder);
  Deno.removeSync(folder);
}

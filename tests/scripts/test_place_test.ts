import assert from "node:assert/strict";
import { preparePlace } from "../../scripts/test_place.ts";

Deno.test("preparePlace() gives a home, a folder for temporary files, and a Deno that others may start", () => {
  // Kills: tests as another user that fail because Deno lies in root's home, where npx puts it.
  const folder = Deno.makeTempDirSync();
  try {
    const place = preparePlace(folder);
    assert.deepEqual([...Deno.readDirSync(`${folder}/home`)], []);
    assert.equal((Deno.statSync(`${folder}/tmp`).mode ?? 0) & 0o1777, 0o1777);
    assert.ok(Deno.statSync(place.denoDir).isDirectory);
    const isRoot = Deno.build.os === "linux" && Deno.uid() === 0;
    const [program, before] = isRoot
      ? ["setpriv", [
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        place.deno,
      ]] as const
      : [place.deno, []] as const;
    const output = new Deno.Command(program, {
      args: [...before, "--version"],
    }).outputSync();
    assert.match(
      new TextDecoder().decode(output.stdout),
      new RegExp(`^deno ${Deno.version.deno.replaceAll(".", "\\.")} `),
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

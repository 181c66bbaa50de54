import { asList, asObject, asText } from "../json.ts";

/** One npm package of which code is in the program. */
export interface EmbeddedPackage {
  /** Its name, e.g. `@stricli/core`. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** SPDX name of its licence. */
  readonly licence: string;
  /** Text of its licence, or where it is read when the package brings none. */
  readonly licenceText: string;
  /** SHA-512 of its archive, in hexadecimal. */
  readonly sha512: string;
}

/** Names that packages give their licence's text. */
const LICENCE_FILE = /^licen[cs]e(?:\.(?:md|txt))?$/i;

/**
 * Finds the packages that the program is bundled with: those whose modules it reaches, with what these packages need.
 *
 * @param project The project's folder.
 * @throws {Error} If one names no licence, or has no sum in `deno.lock`: then it must not be handed on.
 */
export function embeddedPackages(project: string): readonly EmbeddedPackage[] {
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "main.ts"],
    cwd: project,
  }).outputSync();
  if (!success) {
    throw new Error(
      `deno info failed: ${new TextDecoder().decode(stderr).trim()}`,
    );
  }
  const graph = asObject(JSON.parse(new TextDecoder().decode(stdout)));
  const lock = asObject(
    asObject(JSON.parse(Deno.readTextFileSync(`${project}/deno.lock`)))["npm"],
  );
  const packages = asObject(graph["npmPackages"]);
  return reached(graph["modules"], packages).map((key) =>
    readPackage(asObject(packages[key]), asObject(lock[key]))
  );
}

/** Keys of the packages whose modules are imported, and of all that these need. */
function reached(
  modules: unknown,
  packages: Readonly<Record<string, unknown>>,
): readonly string[] {
  const keys = asList(modules)
    .map((one) => asText(asObject(one)["specifier"]) ?? "")
    .filter((specifier) => specifier.startsWith("npm:/"))
    .map((specifier) =>
      specifier.slice("npm:/".length).replace(/^(@?[^@]+@[^/]+).*$/, "$1")
    );
  const seen = new Set<string>();
  for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const needed = asList(asObject(packages[key])["dependencies"]);
    keys.push(...needed.map(String));
  }
  return [...seen].sort();
}

function readPackage(
  facts: Readonly<Record<string, unknown>>,
  lock: Readonly<Record<string, unknown>>,
): EmbeddedPackage {
  const name = asText(facts["name"]) ?? "";
  const version = asText(facts["version"]) ?? "";
  const folder = asText(facts["localPath"]) ?? "";
  const manifest = asObject(
    JSON.parse(Deno.readTextFileSync(`${folder}/package.json`)),
  );
  const licence = asText(manifest["license"]);
  const file = [...Deno.readDirSync(folder)]
    .find((entry) => LICENCE_FILE.test(entry.name));
  const integrity = asText(lock["integrity"]);
  if (licence === undefined || integrity?.startsWith("sha512-") !== true) {
    throw new Error(`${name} ${version} has no licence or no sum`);
  }
  return {
    name,
    version,
    licence,
    licenceText: file === undefined
      ? `The package names its licence without its text: https://spdx.org/licenses/${licence}.html`
      : Deno.readTextFileSync(`${folder}/${file.name}`),
    sha512: Uint8Array.fromBase64(integrity.slice("sha512-".length)).toHex(),
  };
}

/** The licences of all that is in the program and not ours, as one text. */
export function thirdPartyText(packages: readonly EmbeddedPackage[]): string {
  const rule = "-".repeat(78);
  const texts = packages.map((one) =>
    `${rule}\n${one.name} ${one.version} (${one.licence})\n${rule}\n\n${one.licenceText.trim()}\n`
  );
  return [
    "metal-guard holds code of these packages. It runs in Deno, which is under the MIT\n" +
    `licence (https://github.com/denoland/deno/blob/v${Deno.version.deno}/LICENSE.md) and brings V8, which is\n` +
    "under the BSD 3-clause licence (https://github.com/v8/v8/blob/main/LICENSE).\n",
    ...texts,
  ].join("\n");
}

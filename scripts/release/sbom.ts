import { sha256 } from "../build_ffi_manifest.ts";
import type { EmbeddedPackage } from "./embedded_packages.ts";

/** What a bill of materials is made of. */
export interface SbomFacts {
  /** The program's version. */
  readonly version: string;
  /** Packages of which code is in it. */
  readonly packages: readonly EmbeddedPackage[];
  /** The files that are embedded, by path. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** What is around them. */
  readonly runtime: { readonly deno: string; readonly v8: string };
}

/**
 * The bill of materials of an executable, as CycloneDX 1.6: our own files by their sums, the packages whose code is
 * bundled, and the runtime. It names no moment and no number of its own making, so that it is the same each time.
 */
export async function sbom(facts: SbomFacts): Promise<string> {
  const { version, packages, files, runtime } = facts;
  const self = `pkg:generic/metal-guard@${version}`;
  const components: unknown[] = packages.map((one) => ({
    type: "library",
    "bom-ref": purlOf(one),
    name: one.name,
    version: one.version,
    purl: purlOf(one),
    hashes: [{ alg: "SHA-512", content: one.sha512 }],
    licenses: [{ license: { id: one.licence } }],
  }));
  const deno = `pkg:github/denoland/deno@v${runtime.deno}`;
  const v8 = `pkg:github/v8/v8@${runtime.v8}`;
  components.push(
    component("platform", deno, "deno", runtime.deno, "MIT"),
    component("library", v8, "v8", runtime.v8, "BSD-3-Clause"),
  );
  for (const [path, bytes] of files) {
    components.push({
      type: "file",
      "bom-ref": `file:${path}`,
      name: path,
      hashes: [{ alg: "SHA-256", content: await sha256(bytes) }],
      licenses: [{ license: { id: "MIT" } }],
    });
  }
  const needed = [...packages.map(purlOf), deno]
    .concat([...files.keys()].map((path) => `file:${path}`));
  const value = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: component(
        "application",
        self,
        "metal-guard",
        version,
        "MIT",
      ),
    },
    components,
    dependencies: [
      { ref: self, dependsOn: needed },
      { ref: deno, dependsOn: [v8] },
    ],
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function component(
  type: string,
  purl: string,
  name: string,
  version: string,
  licence: string,
): unknown {
  return {
    type,
    "bom-ref": purl,
    name,
    version,
    purl,
    licenses: [{ license: { id: licence } }],
  };
}

/** An address of a package: the scope's `@` is written in another form. */
function purlOf({ name, version }: EmbeddedPackage): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

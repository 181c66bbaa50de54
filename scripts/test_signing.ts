/**
 * Proves the way to a signed release without a Mac: `deno task test:signing`. Compiles around the official macOS program of
 * Deno, joins both architectures, signs with a certificate made for this run, hardened runtime and our entitlements, and
 * reads everything back. Apart from the usual tests: it builds `rcodesign` with cargo once (6 to 12 minutes) and fetches
 * 40 MB from npm. What it cannot see is what a Mac says to the file.
 *
 * @module
 */
import { findPayloads } from "./executable/container.ts";
import { isSame, judgePayload } from "./executable/judge.ts";
import { parsePayload } from "./executable/payload.ts";
import { FILE_KIND, readMacho, type SliceFacts } from "./macho_file.ts";
import { needLibrary } from "./release/library.ts";
import { layStage } from "./release/stage.ts";
import { makeMacStandIn } from "./release/stand_in.ts";
import { compileRelease, UNIVERSAL } from "./release/steps.ts";
import { isFile, projectRoot } from "./source_tree.ts";

const CRATE_VERSION = "0.29.0";
/** The official program for Apple Silicon. The one for Intel comes signed, and only a Mac can take that off: a stand-in. */
const BASE_PACKAGE = "@deno/darwin-arm64@2.9.6";
const IDENTIFIER = "com.metal-guard.cli";
const ENTITLEMENTS = "scripts/mac/entitlements.plist";
const PASSWORD = "test";

/** What is wrong with a signed slice, in words. */
export function judgeSigned(
  slice: Pick<SliceFacts, "arch" | "signature">,
  entitlements: readonly string[],
): string[] {
  const { arch, signature } = slice;
  if (signature === undefined) return [`${arch}: it is not signed`];
  const wrong: string[] = [];
  if (signature.identifier !== IDENTIFIER) {
    wrong.push(`${arch}: it is signed as ${signature.identifier}`);
  }
  if (signature.isAdhoc) wrong.push(`${arch}: nobody has signed it`);
  if (!signature.isHardened) wrong.push(`${arch}: its runtime is not hardened`);
  if (signature.brokenPages.length > 0) {
    wrong.push(`${arch}: pages ${signature.brokenPages.join()} have changed`);
  }
  if (keysIn(signature.entitlements).join() !== entitlements.join()) {
    wrong.push(
      `${arch}: it is entitled to ${keysIn(signature.entitlements).join()}`,
    );
  }
  return wrong;
}

/** The keys of a property list of entitlements, sorted. */
export function keysIn(list: string): readonly string[] {
  return [...list.matchAll(/<key>([\w.-]{1,200})<\/key>/g)]
    .map(([, key]) => key ?? "").sort();
}

async function prove(root: string, work: string): Promise<string[]> {
  const rcodesign = `${root}/.cache/rcodesign-${CRATE_VERSION}/bin/rcodesign`;
  if (!isFile("", rcodesign)) {
    say(`building rcodesign ${CRATE_VERSION}, once (6 to 12 minutes)`);
    run("cargo", [
      "install",
      "apple-codesign",
      "--version",
      CRATE_VERSION,
      "--locked",
      "--root",
      `${root}/.cache/rcodesign-${CRATE_VERSION}`,
    ]);
  }
  const base = fetchBase(root);
  await needLibrary(root, say);
  Deno.mkdirSync(`${work}/stage`);
  const stage = await layStage(root, `${work}/stage`, { hasLibrary: true });
  await compileRelease(
    stage,
    work,
    (target) =>
      target.name === "macos-arm64" ? base : makeMacStandIn(root, work, target),
  );
  const unsigned = `${work}/${UNIVERSAL}/metal-guard`;
  const certificate = `${work}/certificate.p12`;
  const secret = ["--p12-file", certificate, "--p12-password", PASSWORD];
  run(rcodesign, [
    "generate-self-signed-certificate",
    "--person-name",
    "metal-guard test",
    ...secret,
  ]);
  const signed = `${work}/signed`;
  run(rcodesign, [
    "sign",
    ...secret,
    // Apple's clock is in the network.
    "--timestamp-url",
    "none",
    "--code-signature-flags",
    "runtime",
    "--entitlements-xml-file",
    `${root}/${ENTITLEMENTS}`,
    "--binary-identifier",
    IDENTIFIER,
    unsigned,
    signed,
  ]);
  const bytes = Deno.readFileSync(signed);
  const wanted = keysIn(Deno.readTextFileSync(`${root}/${ENTITLEMENTS}`));
  const slices = await readMacho(bytes, FILE_KIND.executable);
  const before = findPayloads(Deno.readFileSync(unsigned));
  const after = findPayloads(bytes);
  return [
    ...(slices.length === 2 ? [] : [`it holds ${slices.length} slices`]),
    ...slices.flatMap((slice) => judgeSigned(slice, wanted)),
    ...after.flatMap(({ arch, data }) => {
      const old = before.find((one) => one.arch === arch);
      return [
        ...(old !== undefined && isSame(old.data, data)
          ? []
          : [`${arch}: the payload has changed`]),
        ...judgePayload(parsePayload(data), stage.files)
          .map((words) => `${arch}: ${words}`),
      ];
    }),
  ];
}

/** Deno's own program for a Mac, from npm. */
function fetchBase(root: string): string {
  const folder = `${root}/.cache/${
    BASE_PACKAGE.replaceAll(/[@/]/g, "-").replace(/^-/, "")
  }`;
  const program = `${folder}/package/deno`;
  if (isFile("", program)) return program;
  Deno.mkdirSync(folder, { recursive: true });
  run("npm", ["pack", BASE_PACKAGE, "--pack-destination", folder]);
  const archive = [...Deno.readDirSync(folder)]
    .find(({ name }) => name.endsWith(".tgz"));
  run("tar", ["-xzf", `${folder}/${archive?.name}`, "-C", folder]);
  return program;
}

function run(program: string, args: readonly string[]): void {
  const { success, stdout, stderr } = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
  }).outputSync();
  if (success) return;
  const decoder = new TextDecoder();
  throw new Error(
    `${program} failed: ${decoder.decode(stdout)}${decoder.decode(stderr)}`,
  );
}

function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function main(): Promise<number> {
  const work = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "metal-guard-signing-" }),
  );
  try {
    const wrong = await prove(projectRoot([]), work);
    for (const words of wrong) say(words);
    say(
      wrong.length === 0
        ? "test:signing: both architectures are signed, hardened, entitled, whole, and hold what they held"
        : `test:signing: ${wrong.length} wrong`,
    );
    return wrong.length === 0 ? 0 : 1;
  } finally {
    Deno.removeSync(work, { recursive: true });
  }
}

if (import.meta.main) {
  void main().then((code) => {
    Deno.exitCode = code;
  });
}

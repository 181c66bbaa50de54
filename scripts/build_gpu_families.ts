/**
 * Writes `registry/gpu_families.json`, the small file that the program imports, from `gpu_families.jsonc`. With
 * `--check` it writes nothing and fails when the file is out of date.
 *
 * Run: `deno run --allow-read --allow-write=registry scripts/build_gpu_families.ts [--check]`
 *
 * @module
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";
import {
  classifyGpuFamily,
  familyOfAccelerator,
} from "../lib/parse/gpu_family.ts";

interface FamilySource {
  readonly name: string;
  readonly generation: number;
  readonly accelerators: readonly string[];
  readonly architectures: readonly string[];
  readonly sources: readonly string[];
}

/**
 * Makes the text of `registry/gpu_families.json`.
 *
 * @param source Text of `registry/gpu_families.jsonc`.
 * @param schema Text of its schema.
 * @throws {Error} If it is no JSONC, breaks the schema, names a family or generation twice, or a spelling that was seen
 *   belongs to another family. The message names every fault.
 */
export function buildGpuFamilies(source: string, schema: string): string {
  const { families } = validated(source, schema);
  const faults = families.flatMap((family, index) => {
    const before = families.slice(0, index);
    const isTwice = before.some((other) =>
      other.name === family.name || other.generation === family.generation
    );
    const strange = [
      ...family.accelerators.filter((name) =>
        familyOfAccelerator(name, families)?.name !== family.name
      ),
      ...family.architectures.filter((name) =>
        classifyGpuFamily(name, families) !== family.name
      ),
    ];
    return [
      ...(isTwice ? [`${family.name}: stands there twice`] : []),
      ...strange.map((name) => `${family.name}: ${name} is of another family`),
    ];
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const data = families.map(({ generation, name }) => ({ generation, name }));
  return `${JSON.stringify({ families: data }, null, 2)}\n`;
}

function validated(
  text: string,
  schema: string,
): { readonly families: readonly FamilySource[] } {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const line = text.slice(0, error.offset).split("\n").length;
    throw new Error(
      `gpu_families.jsonc:${line}: ${printParseErrorCode(error.error)}`,
    );
  }
  const ajv = new Ajv2020({ allErrors: true, strict: true });
  const validate = ajv.compile<{ families: FamilySource[] }>(
    JSON.parse(schema),
  );
  if (validate(value)) return value;
  throw new Error(
    (validate.errors ?? []).map((fault) =>
      `gpu_families.jsonc${fault.instancePath}: ${fault.message}`
    ).join("\n"),
  );
}

if (import.meta.main) {
  const folder = new URL("../registry/", import.meta.url);
  const read = (name: string): string =>
    Deno.readTextFileSync(new URL(name, folder));
  const target = new URL("gpu_families.json", folder);
  const text = buildGpuFamilies(
    read("gpu_families.jsonc"),
    read("schemas/gpu_families.schema.json"),
  );
  if (!Deno.args.includes("--check")) Deno.writeTextFileSync(target, text);
  else if (Deno.readTextFileSync(target) !== text) {
    throw new Error(
      "registry/gpu_families.json is out of date: run deno task build:registry",
    );
  }
}

/** Longest id that is taken apart. */
const MAX_LENGTH = 400;

/** Words of a name that say how its numbers are stored, not what the model is. */
const STORAGE_WORDS: ReadonlySet<string> = new Set([
  "awq",
  "bf16",
  "dwq",
  "f16",
  "f32",
  "fp16",
  "fp32",
  "fp4",
  "fp8",
  "gguf",
  "gptq",
  "int4",
  "int8",
  "mixed",
  "mlx",
  "mtp",
  "mxfp4",
  "mxfp8",
  "nvfp4",
  "qat",
  "safetensors",
]);

const BITS = /^(?:\d{1,2}|o?q\d{1,2}|iq\d{1,2})$/;
const BITS_WITH_WORD = /^(?:\d{1,2}(?:\.\d)?-?bit|o?q\d{1,2}|iq\d{1,2})$/;
/** What follows the bits in `Q5_K_M` and `JANG_4K`. */
const TAIL = /^(?:k|s|m|l|xs|0|1|4k)$/;

/** A model id, taken apart as far as is needed to say that two builds are of one model. */
export interface ModelBuild {
  /** The name without its owner, in lower case. */
  readonly name: string;
  /** The name without its owner and without words of storage, joined by `-`; empty when nothing is left. */
  readonly base: string;
}

/**
 * Takes a model id apart: `mlx-community/Qwen3.6-35B-A3B-4bit` is `qwen3.6-35b-a3b` in 4 bits. A path of folders gives
 * its last part, and a folder of the Hugging Face cache (`models--owner--name`) its name.
 *
 * Linear in the length of the id, of which at most 400 characters are looked at.
 */
export function parseModelBuild(id: string): ModelBuild {
  const path = id.slice(0, MAX_LENGTH).trim().toLowerCase().split(/[/\\]/)
    .filter((part) => part !== "");
  const cached = path.find((part) => part.startsWith("models--"));
  const last = cached?.split("--").at(-1) ?? path.at(-1) ?? "";
  const name = last.split(/[\s_-]+/).filter((word) => word !== "").join("-");
  return { name, base: withoutStorage(name.split("-")).join("-") };
}

function withoutStorage(words: readonly string[]): string[] {
  const kept: string[] = [];
  let isAfterBits = false;
  for (const [index, raw] of words.entries()) {
    const word = raw.replaceAll(/[()]/g, "");
    const isBits = BITS_WITH_WORD.test(word) ||
      (BITS.test(word) && words[index + 1] === "bit");
    const isTail: boolean = isAfterBits && (TAIL.test(word) || word === "bit");
    isAfterBits = isBits || isTail || word === "jang";
    if (word === "" || isAfterBits || STORAGE_WORDS.has(word)) continue;
    kept.push(word);
  }
  return kept;
}

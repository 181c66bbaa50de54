import { DecodeError } from "../../core/error.ts";
import { known, type Observed, unknown } from "../../core/observed.ts";
import type { WorkerMemory } from "../../core/worker.ts";
import { FieldReader } from "../../parse/state/field_reader.ts";
import { isJsonObject, type JsonValue } from "../../parse/state/json_text.ts";
import type {
  WorkerAnswer,
  WorkerCommand,
  WorkerMark,
  WorkerTag,
} from "../../ports/worker_process.ts";

/** Version of the protocol at the head of `mlx_worker.py`; both sides change together. */
export const WORKER_PROTOCOL = 1;

const TAGS: readonly WorkerTag[] = [
  "SUBPROC_PRE",
  "SUBPROC_POST",
  "GEMMA4_FLUSH",
  "GEMMA4_FLUSH_DONE",
];

/** What a worker says, one line each. */
export type WorkerMessage =
  /** The first line: who it is. */
  | {
    readonly is: "hello";
    readonly protocol: number;
    readonly python: string;
  }
  /** It waits for `go` or `stop`. */
  | { readonly is: "ask"; readonly mark: WorkerMark }
  /** It tells. */
  | { readonly is: "mark"; readonly mark: WorkerMark }
  /** A piece of an answer. */
  | { readonly is: "token"; readonly id: number; readonly text: string }
  /** The end of a request. */
  | { readonly is: "done"; readonly id: number; readonly answer: WorkerAnswer }
  /** The end of one that failed. */
  | {
    readonly is: "error";
    readonly id: number;
    readonly pythonType: string;
    readonly message: string;
  }
  /** It ends. */
  | { readonly is: "bye"; readonly because: string };

/** What a worker is told beside its commands: each belongs to the request of that number. */
export type WorkerWord = "go" | "stop" | "cancel";

/**
 * Reads one line out of a worker. What a worker says is foreign: a model's code runs in it.
 *
 * @returns `undefined` for a line of any other form.
 */
export function tryParseWorkerLine(line: string): WorkerMessage | undefined {
  try {
    return parse(FieldReader.open(line, "worker's line"));
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** Writes one command, with its line break. */
export function encodeCommand(id: number, command: WorkerCommand): Uint8Array {
  return encodeLine({ id, ...wireFields(command) });
}

/** Writes one word about a request, with its line break. */
export function encodeWord(id: number, word: WorkerWord): Uint8Array {
  return encodeLine({ id, do: word });
}

function wireFields(command: WorkerCommand): Record<string, JsonValue> {
  switch (command.do) {
    case "load":
      return {
        do: "load",
        backend: command.backend,
        model: command.modelId,
        wired: command.wired,
        ["first_sleep_ms"]: command.firstSleepMs,
        ["idle_ms"]: command.idleMs,
      };
    case "generate":
      return {
        do: "generate",
        prompt: command.prompt.toWellFormed(),
        system: command.system.toWellFormed(),
        ["max_tokens"]: command.maxTokens,
        temperature: command.temperature,
        images: command.images,
      };
    default:
      return { do: command.do };
  }
}

function encodeLine(fields: Readonly<Record<string, JsonValue>>): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(fields)}\n`);
}

function parse(fields: FieldReader): WorkerMessage | undefined {
  const is = fields.text("is");
  switch (is) {
    case "hello":
      return {
        is,
        protocol: fields.count("protocol"),
        python: fields.text("python"),
      };
    case "ask":
    case "mark": {
      const mark = parseMark(fields);
      return mark === undefined ? undefined : { is, mark };
    }
    case "token":
      return { is, id: fields.count("id"), text: fields.text("text") };
    case "done":
      return { is, id: fields.count("id"), answer: parseAnswer(fields) };
    case "error":
      return {
        is,
        id: fields.count("id"),
        pythonType: fields.text("type"),
        message: fields.text("message"),
      };
    case "bye":
      return { is, because: fields.text("because") };
    default:
      return undefined;
  }
}

function parseMark(fields: FieldReader): WorkerMark | undefined {
  const word = fields.text("tag");
  const tag = TAGS.find((one) => one === word);
  if (tag === undefined) return undefined;
  const meta: Record<string, string | number> = {};
  for (const [key, value] of objectEntries(fields.optionalValue("meta"))) {
    if (!/^[a-z_]{1,24}$/.test(key)) continue;
    if (typeof value === "number" || typeof value === "string") {
      meta[key] = value;
    }
  }
  return { requestId: fields.count("id"), tag, meta };
}

function parseAnswer(fields: FieldReader): WorkerAnswer {
  const memory = fields.optionalValue("memory");
  const versions = fields.optionalValue("versions");
  const patches = fields.optionalValue("patches");
  return {
    memory: memory === undefined ? undefined : memoryOf(memory),
    versions: versions === undefined
      ? undefined
      : Object.fromEntries(objectEntries(versions).flatMap(textEntry)),
    patches: Array.isArray(patches)
      ? patches.filter((one) => typeof one === "string")
      : undefined,
    finish: fields.optionalText("finish"),
    promptTokens: fields.optionalCount("prompt_tokens"),
    tokens: fields.optionalCount("tokens"),
  };
}

function memoryOf(value: JsonValue): WorkerMemory {
  const found = new Map(objectEntries(value));
  const read = (key: string): Observed<number> => {
    const bytes = found.get(key);
    if (bytes === undefined) return unknown(`this MLX does not tell ${key}`);
    return typeof bytes === "number" && Number.isSafeInteger(bytes) &&
        bytes >= 0
      ? known(bytes)
      : unknown(`the worker's ${key} is no number of bytes`);
  };
  return {
    activeBytes: read("active"),
    peakBytes: read("peak"),
    cacheBytes: read("cache"),
    limitBytes: read("limit"),
  };
}

function objectEntries(
  value: JsonValue | undefined,
): readonly (readonly [string, JsonValue])[] {
  return value !== undefined && isJsonObject(value)
    ? Object.entries(value)
    : [];
}

function textEntry(
  [key, value]: readonly [string, JsonValue],
): readonly (readonly [string, string])[] {
  return typeof value === "string" ? [[key, value]] : [];
}

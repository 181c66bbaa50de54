import { epochSeconds } from "../../core/instant.ts";
import { FieldReader } from "./field_reader.ts";
import {
  encodeJsonFields,
  isJsonObject,
  type JsonFields,
  type JsonObject,
  type JsonValue,
} from "./json_text.ts";
import {
  decodeStartToken,
  encodeStartToken,
  type StartToken,
} from "./lock_file.ts";

/** One request whose KV cache a guard counts. */
export interface LiveKvRequest {
  /** Its name, as its program gave it. */
  readonly requestId: string;
  /** What its cache takes, in bytes. */
  readonly bytes: number;
}

/** `guards/<pid>.json`: what a running guard or supervisor tells the others. */
export interface LiveGuardFile {
  /** The guard. */
  readonly pid: number;
  /** When it started, to tell it from a later process of the same pid. */
  readonly startToken: StartToken | undefined;
  /** The boot that the pid belongs to. */
  readonly bootSessionUuid: string | undefined;
  /** What it was started for. */
  readonly label: string;
  /** The model in its care. */
  readonly model: string | undefined;
  /** What it does right now, e.g. `loading`; its own word. */
  readonly phase: string;
  /** When it last said that it lives. */
  readonly heartbeatAt: Temporal.Instant;
  /** Requests that are running. */
  readonly kvRequests: readonly LiveKvRequest[];
  /** Uses since the last cold start (L14); `undefined` where nothing is counted. */
  readonly resourceCount: number | undefined;
  /** Fields that we do not know. */
  readonly extra: JsonFields;
}

/**
 * Reads what a guard published.
 *
 * @throws {DecodeError} If it is not that form.
 */
export function decodeLiveGuard(text: string): LiveGuardFile {
  const fields = FieldReader.open(text, "guard record");
  return {
    pid: fields.count("pid", 1),
    startToken: decodeStartToken(fields),
    bootSessionUuid: fields.optionalText("boot_session_uuid"),
    label: fields.text("label"),
    model: fields.optionalText("model"),
    phase: fields.text("phase"),
    heartbeatAt: fields.epoch("heartbeat_at"),
    kvRequests: decodeRequests(fields),
    resourceCount: fields.optionalCount("resource_count"),
    extra: fields.extra(),
  };
}

/** Writes what a guard publishes. */
export function encodeLiveGuard(file: LiveGuardFile): string {
  return encodeJsonFields([
    ["pid", file.pid],
    ["start_token", encodeStartToken(file.startToken)],
    ["boot_session_uuid", file.bootSessionUuid],
    ["label", file.label],
    ["model", file.model],
    ["phase", file.phase],
    ["heartbeat_at", epochSeconds(file.heartbeatAt)],
    ["kv_requests", file.kvRequests.map(encodeRequest)],
    ["resource_count", file.resourceCount],
  ], { extra: file.extra });
}

function encodeRequest(request: LiveKvRequest): JsonObject {
  return { request_id: request.requestId, bytes: request.bytes };
}

function decodeRequests(fields: FieldReader): readonly LiveKvRequest[] {
  const list: JsonValue = fields.optionalValue("kv_requests") ?? [];
  if (!Array.isArray(list)) throw fields.failure("kv_requests", "not a list");
  return list.map((item: JsonValue) => {
    if (!isJsonObject(item)) {
      throw fields.failure("kv_requests", "not a list of requests");
    }
    const request = new FieldReader(
      new Map(Object.entries(item)),
      "guard record's request",
    );
    return {
      requestId: request.text("request_id"),
      bytes: request.count("bytes"),
    };
  });
}

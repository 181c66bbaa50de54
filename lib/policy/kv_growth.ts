import { GB } from "../core/bytes.ts";
import { MetalGuardError } from "../core/error.ts";
import type { Verdict } from "../core/verdict.ts";

/** Most that the KV cache of one request may take, in bytes (seed: 20 GB). */
export const KV_CEILING_BYTES = 20 * GB;

/** The KV cache of one request. */
export interface KvRequest {
  /** Its name. */
  readonly requestId: string;
  /** Most it may take, in bytes. */
  readonly ceilingBytes: number;
  /** What it takes, in bytes. */
  readonly cumulativeBytes: number;
  /** How often it grew. */
  readonly stepCount: number;
  /** Whether it went over its ceiling; it counts no further then. */
  readonly isAborted: boolean;
}

/**
 * A request that has not grown.
 *
 * @param ceilingBytes Most it may take, in bytes.
 * @throws {MetalGuardError} Code `usage`, for a ceiling that is not above 0.
 */
export function startKvRequest(
  requestId: string,
  ceilingBytes: number,
): KvRequest {
  if (!(ceilingBytes > 0)) {
    throw new MetalGuardError(
      "usage",
      `The KV ceiling of a request is above 0 bytes: ${ceilingBytes}`,
    );
  }
  return {
    requestId,
    ceilingBytes,
    cumulativeBytes: 0,
    stepCount: 0,
    isAborted: false,
  };
}

/**
 * Lets a request grow. One that went over its ceiling stays as it is.
 *
 * @param bytes What came on top, in bytes.
 * @throws {MetalGuardError} Code `usage`, for a number that is negative or none.
 */
export function growKvRequest(request: KvRequest, bytes: number): KvRequest {
  if (!(bytes >= 0)) {
    throw new MetalGuardError(
      "usage",
      `A KV cache grows by 0 bytes or more: ${bytes}`,
    );
  }
  if (request.isAborted) return request;
  const cumulativeBytes = request.cumulativeBytes + bytes;
  return {
    ...request,
    cumulativeBytes,
    stepCount: request.stepCount + 1,
    isAborted: cumulativeBytes > request.ceilingBytes,
  };
}

/** Judges a request: one over its ceiling has to end. Fails closed: once over, always over. */
export function evaluateKvRequest(
  request: KvRequest,
): Exclude<Verdict, { kind: "wait" }> {
  const figures = `${inGb(request.cumulativeBytes)} GB`;
  const ceiling = `${inGb(request.ceilingBytes)} GB`;
  return request.isAborted
    ? {
      kind: "refuse",
      reason: `the request's KV cache ${figures} > ${ceiling}`,
      wayOut: "end this request; a shorter context or a higher ceiling",
    }
    : {
      kind: "proceed",
      reason: `the request's KV cache ${figures} ≤ ${ceiling}`,
    };
}

function inGb(bytes: number): number {
  return Math.round(bytes / (GB / 1_000)) / 1_000;
}

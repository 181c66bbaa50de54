import { RefusedError } from "../core/error.ts";
import {
  evaluateKvRequest,
  growKvRequest,
  KV_CEILING_BYTES,
  type KvRequest,
  startKvRequest,
} from "../policy/kv_growth.ts";

/** How {@linkcode KvGrowthTracker.start} starts. */
export interface KvStartOptions {
  /** Most that the request may take, in bytes. @default that of the tracker */
  readonly ceilingBytes?: number;
}

/**
 * R5: watches the KV cache of each request on its own, so that one that runs away ends, and not the machine.
 *
 * Fails closed: once over its ceiling, a request stays refused. A request that was never started is not counted.
 */
export class KvGrowthTracker {
  readonly #ceilingBytes: number;
  readonly #requests = new Map<string, KvRequest>();

  /**
   * Watches nothing yet.
   *
   * @param options Ceiling of requests that name none, in bytes.
   */
  constructor(options: KvStartOptions = {}) {
    this.#ceilingBytes = options.ceilingBytes ?? KV_CEILING_BYTES;
  }

  /**
   * Starts to watch a request; one of the same name starts over.
   *
   * @param requestId Its name.
   * @param options Its ceiling.
   * @throws {MetalGuardError} Code `usage`, for a ceiling that is not above 0.
   */
  start(requestId: string, options: KvStartOptions = {}): void {
    const ceilingBytes = options.ceilingBytes ?? this.#ceilingBytes;
    this.#requests.set(requestId, startKvRequest(requestId, ceilingBytes));
  }

  /**
   * Says that a request's cache has grown.
   *
   * @param requestId Its name.
   * @param bytes By how much, in bytes.
   * @returns What it takes now, in bytes; 0 for a request that was never started.
   * @throws {RefusedError} With layer `kv`, for a request over its ceiling.
   * @throws {MetalGuardError} Code `usage`, for a number that is negative or none.
   */
  addBytes(requestId: string, bytes: number): number {
    const before = this.#requests.get(requestId);
    if (before === undefined) return 0;
    const request = growKvRequest(before, bytes);
    this.#requests.set(requestId, request);
    const verdict = evaluateKvRequest(request);
    if (verdict.kind === "refuse") throw new RefusedError("kv", verdict);
    return request.cumulativeBytes;
  }

  /**
   * Ends the watch.
   *
   * @returns What the request came to; `undefined` when it was never started.
   */
  finalize(requestId: string): KvRequest | undefined {
    const request = this.#requests.get(requestId);
    this.#requests.delete(requestId);
    return request;
  }

  /** Every request that is watched, in the order of their starts. */
  snapshot(): readonly KvRequest[] {
    return [...this.#requests.values()];
  }
}

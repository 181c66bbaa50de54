/** An executable does not hold what one of ours holds. */
export class ExecutableError extends Error {
  override readonly name = "ExecutableError";
}

/** Reads little-endian values one after the other, never beyond the end. */
export class ByteReader {
  /** Where the next value begins. */
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  /** @param bytes What is read. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.at;
  }

  /** @throws {ExecutableError} At the end, as everything below. */
  u8(): number {
    return this.#view.getUint8(this.#step(1));
  }

  /** Two bytes. */
  u16(): number {
    return this.#view.getUint16(this.#step(2), true);
  }

  /** Four bytes. */
  u32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  /** Eight bytes; a length, which no file needs more than 2^53 of. */
  u64(): number {
    const value = this.#view.getBigUint64(this.#step(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new ExecutableError("a length is beyond any file");
    }
    return Number(value);
  }

  /** So many bytes as they are. */
  take(length: number): Uint8Array {
    const start = this.#step(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** Text of so many bytes. */
  text(length: number): string {
    return new TextDecoder().decode(this.take(length));
  }

  #step(length: number): number {
    if (length > this.left) {
      throw new ExecutableError(
        `it ends before its parts do: ${length} bytes wanted, ${this.left} left`,
      );
    }
    const start = this.at;
    this.at += length;
    return start;
  }
}

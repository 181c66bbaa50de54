/** A reading that may not exist. Absence is never spelled `0` or `""`. */
export type Observed<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "unknown"; readonly because: string };

/** Wraps a value that was read. */
export function known<T>(value: T): Observed<T> {
  return { kind: "known", value };
}

/** Says why there is no value; `because` completes "unknown: …". */
export function unknown<T>(because: string): Observed<T> {
  return { kind: "unknown", because };
}

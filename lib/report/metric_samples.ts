import { epochSeconds } from "../core/instant.ts";
import type { Observed } from "../core/observed.ts";
import type { MetricSample } from "./prometheus_text.ts";

/** One figure; none where it is not there. */
export function figure(value: number | null | undefined): MetricSample[] {
  return value === null || value === undefined ? [] : [{ value }];
}

/** A reading's figure; none where it is unknown. */
export function reading(
  observed: Observed<number>,
): MetricSample[] {
  return observed.kind === "known" ? [{ value: observed.value }] : [];
}

/** 1 for yes, 0 for no; none where it is not known. */
export function flag(isSo: boolean | null | undefined): MetricSample[] {
  return isSo === null || isSo === undefined ? [] : [{ value: Number(isSo) }];
}

/** A moment in epoch seconds; none where there is none. */
export function moment(
  at: Temporal.Instant | null | undefined,
): MetricSample[] {
  return at === null || at === undefined ? [] : [{ value: epochSeconds(at) }];
}

/**
 * One figure for each state that there is, 1 for the one that holds: so an alert on a state also sees it end. None where
 * it is not known.
 *
 * @param label Name of the label.
 * @param states Every state; the label never has another value.
 * @param current The state that holds.
 */
export function stateSet<T extends string>(
  label: string,
  states: readonly T[],
  current: T | null | undefined,
): MetricSample[] {
  return current === null || current === undefined
    ? []
    : states.map((state) => ({
      labels: { [label]: state },
      value: Number(state === current),
    }));
}

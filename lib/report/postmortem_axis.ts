import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../core/instant.ts";
import { type Html, html } from "./html.ts";

/** Room on either side of a drawing. */
export const PAD = 10;

/** Where a time stands on the axis. */
export interface Scale {
  /** Its beginning, in epoch milliseconds. */
  readonly from: number;
  /** Its end. */
  readonly to: number;
  /** Width of the drawing, in units of CSS. */
  readonly width: number;
}

/** Where an instant stands, from the left; what lies outside stands at the edge. */
export function x(scale: Scale, at: Temporal.Instant): number {
  const share = (at.epochMilliseconds - scale.from) / (scale.to - scale.from);
  return rounded(
    PAD + Math.max(0, Math.min(1, share)) * (scale.width - 2 * PAD),
  );
}

/** A coordinate with one digit behind the point: more is not seen. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Whether an instant lies on the axis. */
export function isIn(scale: Scale, at: Temporal.Instant): boolean {
  return at.epochMilliseconds >= scale.from && at.epochMilliseconds <= scale.to;
}

/** Steps between two lines of the axis, so that their labels have room. */
const STEPS_MS = [
  5 * SECOND_MS,
  10 * SECOND_MS,
  30 * SECOND_MS,
  MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
];

/** The step between two lines, so that their labels have room. */
export function stepFor(scale: Scale, width: number): number {
  const most = width / 90;
  return STEPS_MS.find((step) => (scale.to - scale.from) / step <= most) ??
    HOUR_MS;
}

/** Lines and labels of an axis in local time; a bar below the lanes. */
export function axis(
  scale: Scale,
  bottom: number,
  view: { readonly timeZone: string },
  stepMs: number,
): Html {
  const isDays = stepMs >= HOUR_MS;
  const step = isDays && scale.width < 500 ? 2 * stepMs : stepMs;
  const offsetMs = Temporal.Instant.fromEpochMilliseconds(scale.to)
    .toZonedDateTimeISO(view.timeZone).offsetNanoseconds / 1e6;
  const first = Math.ceil((scale.from + offsetMs) / step) * step - offsetMs;
  const ticks: Html[] = [];
  for (let at = first; at <= scale.to; at += step) {
    const instant = Temporal.Instant.fromEpochMilliseconds(at);
    const place = x(scale, instant);
    const isEdge = place < 30
      ? "start"
      : place > scale.width - 30
      ? "end"
      : "middle";
    ticks.push(
      html`
        <path class="grid" d="M${place} 0V${bottom}" />
        <text class="tick-label" x="${place}" y="${bottom + 17}"
          text-anchor="${isEdge}">${label(instant, view.timeZone, step)}</text>
      `,
    );
  }
  return html`
    ${ticks}<path class="base" d="M${PAD} ${bottom}H${scale.width - PAD}" />
  `;
}

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

function label(at: Temporal.Instant, timeZone: string, step: number): string {
  const time = at.toZonedDateTimeISO(timeZone);
  const two = (value: number): string => String(value).padStart(2, "0");
  const clock = `${two(time.hour)}:${two(time.minute)}`;
  if (step >= HOUR_MS) return `${DAYS[time.dayOfWeek - 1]} ${clock}`;
  return step < MINUTE_MS ? `${clock}:${two(time.second)}` : clock;
}

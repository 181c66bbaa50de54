import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../core/instant.ts";
import { type Html, html } from "./html.ts";
import {
  axis,
  isIn,
  PAD,
  rounded,
  type Scale,
  stepFor,
  x,
} from "./postmortem_axis.ts";
import { formatSpan } from "./local_time.ts";
import {
  type MemorySeries,
  type PostmortemView,
  subjectOf,
  type WorkSpan,
} from "./postmortem_view.ts";
import { bytesWords, counted } from "./postmortem_words.ts";

/** A drawing on a page, in a width for a desk and one for a phone: letters keep their size, lines move together. */
export interface Drawing {
  /** What it shows, in a sentence, for those who do not see it. */
  readonly words: string;
  /** The drawing in both widths. */
  readonly figure: Html;
}

/** What is drawn, in units of CSS. */
const WIDTHS = { wide: 704, narrow: 336 } as const;
const LANE = 34;
const AXIS = 26;
const MEMORY_HEIGHT = 110;
/** Lanes of work before the rest is only counted. */
const MOST_LANES = 4;
const WINDOW_MS = 3 * DAY_MS;
/** How far before the panic the closer look reaches. */
const CLOSE_MS = 30 * MINUTE_MS;
/** A stretch shorter than this is drawn this long, so that it is seen. */
const LEAST_WIDTH = 4;

/** Panics, failures and work of the last 72 hours. */
export function panicsDrawing(view: PostmortemView): Drawing {
  const gpu = view.panics.filter((panic) => panic.isGpu);
  const words = `${counted(gpu.length, "GPU panic")}, ${
    counted(view.panics.length - gpu.length, "other panic")
  }, ${counted(view.aborts.length, "survived failure")}, ${
    counted(view.work.length, "piece")
  } of GPU work.`;
  return {
    words,
    figure: both((width) => drawPanics(view, width), words),
  };
}

function drawPanics(view: PostmortemView, width: number): Figure {
  const end = view.collectedAt.epochMilliseconds;
  const scale: Scale = { from: end - WINDOW_MS, to: end, width };
  const others = view.panics.filter((panic) => !panic.isGpu);
  const lanes = [
    {
      name: "GPU panics",
      marks: view.panics.filter((panic) => panic.isGpu)
        .map((panic) => diamond(x(scale, panic.at), "bad")),
    },
    ...(others.length === 0 ? [] : [{
      name: "Other panics",
      marks: others.map((panic) => diamond(x(scale, panic.at), "warn")),
    }]),
    {
      name: "Survived failures",
      marks: view.aborts.flatMap((abort) => {
        const at = instantOf(abort.ts);
        return at !== undefined && isIn(scale, at)
          ? [dot(x(scale, at), "warn")]
          : [];
      }),
    },
    {
      name: "GPU work",
      marks: view.work.flatMap((span) => bar(scale, span, endOf(span, view))),
    },
  ];
  const bottom = lanes.length * LANE + 4;
  return {
    height: bottom + AXIS,
    body: html`${axis(scale, bottom, view, 12 * HOUR_MS)}${
      lanes.map(({ name, marks }, index) => lane(name, index, marks, width))
    }`,
  };
}

/** Work that never ended went down with the next panic. */
function endOf(span: WorkSpan, view: PostmortemView): Temporal.Instant {
  return view.panics.findLast(({ at }) =>
    Temporal.Instant.compare(at, span.from) >= 0
  )?.at ?? view.collectedAt;
}

/** The last minutes before the panic: work, lines of the log, memory. `undefined` when nothing was written down. */
export function closeDrawing(view: PostmortemView): Drawing | undefined {
  const subject = subjectOf(view);
  const end = subject?.at ?? view.crumbs.at(-1)?.at;
  if (end === undefined) return undefined;
  const since = end.subtract({ milliseconds: CLOSE_MS });
  const isNear = (at: Temporal.Instant): boolean =>
    Temporal.Instant.compare(at, since) >= 0 &&
    Temporal.Instant.compare(at, end) <= 0;
  const crumbs = view.crumbs.filter(({ at }) => isNear(at));
  const work = view.work.filter(({ from, to }) =>
    Temporal.Instant.compare(from, end) <= 0 &&
    (to === null || Temporal.Instant.compare(to, since) >= 0)
  );
  const memory = view.memory
    .map((one) => ({
      ...one,
      points: one.points.filter(({ at }) => isNear(at)),
    }))
    .filter(({ points }) => points.length > 0);
  if (crumbs.length + work.length + memory.length === 0) return undefined;
  const first = Math.min(
    ...crumbs.map(({ at }) => at.epochMilliseconds),
    ...work.map(({ from }) =>
      Math.max(from.epochMilliseconds, since.epochMilliseconds)
    ),
    ...memory.flatMap(({ points }) =>
      points.map(({ at }) => at.epochMilliseconds)
    ),
    end.epochMilliseconds - MINUTE_MS,
  );
  const spanMs = end.epochMilliseconds - first;
  const words = `The last ${formatSpan(spanMs)} before ${
    subject === undefined ? "the last line of the log" : "the panic"
  }: ${counted(work.length, "piece")} of work, ${
    counted(crumbs.length, "line")
  } of the log${
    memory.length === 0 ? "" : `, memory up to ${
      bytesWords(
        Math.max(
          ...memory.flatMap(({ points }) => points.map(({ bytes }) => bytes)),
        ),
      )
    }`
  }.`;
  const facts = {
    crumbs,
    work,
    memory,
    end,
    first,
    hasPanic: subject !== undefined,
  };
  return {
    words,
    figure: both((width) => drawClose(view, facts, width), words),
  };
}

interface CloseFacts {
  readonly crumbs: PostmortemView["crumbs"];
  readonly work: readonly WorkSpan[];
  readonly memory: readonly MemorySeries[];
  readonly end: Temporal.Instant;
  readonly first: number;
  readonly hasPanic: boolean;
}

function drawClose(
  view: PostmortemView,
  facts: CloseFacts,
  width: number,
): Figure {
  const { crumbs, work, memory, end, first, hasPanic } = facts;
  const to = end.epochMilliseconds;
  const margin = (to - first) * 0.03;
  const scale: Scale = { from: first - margin, to: to + margin, width };
  const names = [...new Set(work.map(({ what }) => what))].slice(-MOST_LANES);
  const lanes = [
    ...names.map((what) => ({
      name: cut(what, width),
      marks: work.filter((span) => span.what === what)
        .flatMap((span) => bar(scale, span, end)),
    })),
    ...(crumbs.length === 0 ? [] : [{
      name: counted(crumbs.length, "line") + " of the log",
      marks: crumbs.map(({ at, tag, payload }) =>
        html`
          <path class="tick" d="M${x(scale, at)} 16v13">
            <title>${tag} ${payload}</title>
          </path>
        `
      ),
    }]),
  ];
  const memoryTop = lanes.length * LANE + 4;
  const bottom = memoryTop + (memory.length === 0 ? 0 : MEMORY_HEIGHT);
  const panicX = x(scale, end);
  return {
    height: bottom + AXIS,
    body: html`${axis(scale, bottom, view, stepFor(scale, width))}${
      lanes.map(({ name, marks }, index) => lane(name, index, marks, width))
    }${memory.length === 0 ? null : area(memory, scale, memoryTop)}${
      hasPanic
        ? html`
          <path class="panic" d="M${panicX} 0V${bottom}" />
          <path class="mark bad" d="M${panicX} 0l5 6-5 6-5-6z">
            <title>Panic</title>
          </path>
        `
        : null
    }`,
  };
}

/** Memory as an area, its highest value written at its top. */
function area(
  memory: readonly MemorySeries[],
  scale: Scale,
  top: number,
): Html {
  const all = memory.flatMap(({ points }) => points.map(({ bytes }) => bytes));
  const most = Math.max(1, ...all);
  const floor = top + MEMORY_HEIGHT;
  const y = (bytes: number): number =>
    rounded(floor - (bytes / most) * (MEMORY_HEIGHT - 34));
  return html`
    <text class="name" x="${PAD}"
      y="${top + 12}">Memory up to ${bytesWords(most)}${memory.map(
        ({ label }, index) =>
          html`
            <tspan class="label s${index % 2}" dx="8">● ${label}</tspan>
          `,
      )}</text>${memory.map(
        ({ label, points }, index) => {
          const line = points.map(({ at, bytes }) =>
            `${x(scale, at)} ${y(bytes)}`
          );
          const [start] = points;
          const last = points.at(-1);
          if (start === undefined || last === undefined) return null;
          return html`
            <path class="area s${index % 2}"
              d="M${x(scale, start.at)} ${floor}L${line.join("L")}L${x(
                scale,
                last.at,
              )} ${floor}z" /><path
              class="line s${index % 2}" d="M${line.join("L")}">
              <title>${label}</title>
            </path>${points.map(({ at, bytes }) =>
              html`
                <circle class="point s${index % 2}" cx="${x(
                  scale,
                  at,
                )}" cy="${y(bytes)}" r="2.5">
                  <title>${label}: ${bytesWords(bytes)}</title>
                </circle>
              `
            )}
          `;
        },
      )}
  `;
}

interface Figure {
  readonly height: number;
  readonly body: Html;
}

function both(draw: (width: number) => Figure, words: string): Html {
  return html`${
    (["wide", "narrow"] as const).map((name) => {
      const width = WIDTHS[name];
      const { height, body } = draw(width);
      return html`
        <svg class="${name}" viewBox="0 0 ${width} ${height}" role="img"
          aria-label="${words}">${body}</svg>
      `;
    })
  }`;
}

function lane(
  name: string,
  index: number,
  marks: readonly Html[],
  width: number,
): Html {
  const top = index * LANE;
  return html`
    <g
      transform="translate(0 ${top})"><path class="rule" d="M${PAD} 32H${width -
        PAD}"/><text class="name" x="${PAD}" y="12">${name}</text>${marks}</g>
  `;
}

function bar(
  scale: Scale,
  span: WorkSpan,
  end: Temporal.Instant,
): readonly Html[] {
  const to = span.to ?? end;
  if (
    to.epochMilliseconds < scale.from ||
    span.from.epochMilliseconds > scale.to
  ) return [];
  const from = x(scale, span.from);
  const width = rounded(Math.max(LEAST_WIDTH, x(scale, to) - from));
  return [
    html`
      <rect class="work ${span.to === null
        ? "open"
        : ""}" x="${from}" y="18" width="${width}"
        height="10" rx="2">
        <title>${span.what}${span.to === null ? ", never ended" : ""}</title>
      </rect>
    `,
  ];
}

function diamond(at: number, tone: string): Html {
  return html`
    <path class="mark ${tone}" d="M${at} 15l7 8-7 8-7-8z" />
  `;
}

function dot(at: number, tone: string): Html {
  return html`
    <circle class="mark ${tone}" cx="${at}" cy="23" r="4.5" />
  `;
}

function cut(text: string, width: number): string {
  const most = Math.floor(width / 7.2);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function instantOf(seconds: number): Temporal.Instant | undefined {
  return Number.isFinite(seconds)
    ? Temporal.Instant.fromEpochMilliseconds(Math.round(seconds * SECOND_MS))
    : undefined;
}

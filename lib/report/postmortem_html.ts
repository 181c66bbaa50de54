import { formatLocalTime } from "./local_time.ts";
import { Html, html } from "./html.ts";
import { POSTMORTEM_STYLE } from "./postmortem_style.ts";
import {
  closeDrawing,
  type Drawing,
  panicsDrawing,
} from "./postmortem_timeline.ts";
import {
  type ArtefactView,
  type PanicView,
  type PostmortemView,
  subjectOf,
} from "./postmortem_view.ts";
import {
  certaintyWords,
  headlineOf,
  panicRows,
  type PostmortemTone,
  sizeWords,
  stepOf,
  stepsOf,
  whenWords,
  workCells,
} from "./postmortem_words.ts";

const BADGES: { readonly [K in PostmortemTone]: string } = {
  bad: "GPU panic",
  warn: "To be looked at",
  good: "No panic",
};

const MOST_ROWS = 20;
/** Lines of the log on the page; the file beside it holds more. */
const SHOWN_CRUMBS = 25;

/** Nothing is loaded and nothing runs, whatever a report may have smuggled in. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The index of a bundle as one page: no script, nothing loaded, readable in light and dark, on a phone and on paper.
 * Everything foreign in it is escaped.
 */
export function postmortemHtml(view: PostmortemView): string {
  const { tone, title, lead } = headlineOf(view);
  const subject = subjectOf(view);
  const close = closeDrawing(view);
  const page = html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <meta name="referrer" content="no-referrer">
        <meta http-equiv="Content-Security-Policy" content="${new Html(
          POLICY,
        )}">
        <link rel="icon" href="data:,">
        <title>${title} · metal-guard post-mortem</title>
        <style>${new Html(POSTMORTEM_STYLE)}</style>
      </head>
      <body>
        <main class="page">
    <header>
    <span class="badge ${tone}">${BADGES[tone]}</span>
    <h1>${title}</h1>
    <p class="lead">${lead}</p>
    ${subject === undefined
      ? null
      : html`<p class="quiet">${whenWords(subject.at, view)}</p>`}
    </header>
    ${section("What to do now", steps(view))}
    ${subject === undefined ? null : [
      section("What was running", running(subject)),
      section("What happened", rows(panicRows(subject, view))),
    ]}
    ${section(
      "Timeline",
      html`${
        close === undefined ? null : drawing(
          subject === undefined ? "The end of the log" : "Before the panic",
          close,
        )
      }${drawing("The last 72 hours", panicsDrawing(view))}${KEY}`,
    )}
    ${others(view, subject)}
    ${section("Last lines of the log", log(view))}
    ${section("The machine", rows(view.machine))}
    ${section("Files in this folder", files(view.artefacts))}
    ${view.findings.length === 0 ? null : section("Notes", notes(view))}
    <footer>
    <p>Collected ${formatLocalTime(
      view.collectedAt,
      view.timeZone,
      "floor",
    )} by metal-guard ${view.version}. ${view.isRedacted
      ? "Names, home folders, hosts and serial numbers are taken out of these files; look through them all the same before you send them on."
      : "Nothing is taken out of these files: names, paths and serial numbers stand in them."}</p>
    </footer>
        </main>
      </body>
    </html>
  `;
  return page.markup.trimStart();
}

const KEY = html`
  <ul class="key" aria-hidden="true">
    <li><i class="bad"></i>GPU panic</li>
    <li><i class="warn"></i>other failure</li>
    <li><i class="open"></i>work that never ended</li>
    <li><i class="work"></i>work that ended</li>
  </ul>
`;

function section(title: string, body: Html): Html {
  return html`<section>
<h2>${title}</h2>
${body}
</section>`;
}

function rows(list: readonly (readonly [string, string])[]): Html {
  return html`<dl>${
    list.map(([name, words]) =>
      html`
        <dt>${name}</dt>
        <dd>${words}</dd>
      `
    )
  }</dl>`;
}

function commands(list: readonly string[]): Html | null {
  return list.length === 0
    ? null
    : html`<pre><code>${
      list.map((one, index) =>
        html`${
          index === 0 ? null : new Html("\n")
        }<span class="prompt">$ </span>${one}`
      )
    }</code></pre>`;
}

function steps(view: PostmortemView): Html {
  return html`<ol class="steps">${
    stepsOf(view).map((step) =>
      html`<li>${step.words}${commands(step.commands)}</li>`
    )
  }</ol>`;
}

function running(panic: PanicView): Html {
  const words = html`<p>${certaintyWords(panic)}</p>`;
  const { work } = panic.running;
  if (work.length === 0) return words;
  return html`
    ${words}<table>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Doing</th>
          <th scope="col">Process</th>
          <th scope="col">For</th>
          <th scope="col">Known by</th>
        </tr>
      </thead>
      <tbody>${work.slice(0, MOST_ROWS).map((one) => {
        const [what, doing, process, span, source] = workCells(one, panic);
        return html`
          <tr>
            <td class="what">${what}</td>
            <td data-name="Doing">${doing}</td>
            <td class="short" data-name="Process">${process}</td>
            <td class="short" data-name="For">${span}</td>
            <td data-name="Known by">${source}</td>
          </tr>
        `;
      })}</tbody>
    </table>
  `;
}

function drawing(title: string, { words, figure }: Drawing): Html {
  return html`<figure><h3>${title}</h3><figcaption>${words}</figcaption>${figure}</figure>`;
}

function others(
  view: PostmortemView,
  subject: PanicView | undefined,
): Html | null {
  const panics = view.panics.filter((panic) => panic !== subject);
  if (panics.length + view.aborts.length === 0) return null;
  return section(
    "Other failures",
    html`
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Process</th>
          </tr>
        </thead>
        <tbody>${panics.slice(0, MOST_ROWS).map((panic) =>
          html`
            <tr>
              <td data-name="When">${whenWords(panic.at, view)}</td>
              <td data-name="What">kernel panic: ${panic.record.signature ===
                  "unknown"
                ? "cause not known"
                : panic.record.signature}</td>
              <td class="short" data-name="Process">${panic.record.process ??
                "—"}</td>
            </tr>
          `
        )}${view.aborts.slice(0, MOST_ROWS).map((abort) =>
          html`
            <tr>
              <td data-name="When">${whenWords(
                Temporal.Instant.fromEpochMilliseconds(
                  Math.round(abort.ts * 1_000),
                ),
                view,
              )}</td>
              <td data-name="What">${abort.kind.replaceAll("_", " ")}: ${abort
                .errorClass}</td>
              <td class="short" data-name="Process">${abort.process ?? "—"}</td>
            </tr>
          `
        )}</tbody>
      </table>
    `,
  );
}

function log(view: PostmortemView): Html {
  if (view.crumbs.length === 0) {
    return html`
      <p
        class="quiet">No lines: nothing that metal-guard watches was written down.</p>
    `;
  }
  return html`<pre class="log">${
    view.crumbs.slice(-SHOWN_CRUMBS).map(({ at, tag, payload, figures }) =>
      html`<span>${
        at.toZonedDateTimeISO(view.timeZone).toPlainDateTime()
          .toString({ smallestUnit: "second" }).replace("T", " ")
      }  ${
        [tag, payload, figures].filter((part) => part !== "").join("  ")
      }</span>`
    )
  }</pre>`;
}

function files(artefacts: readonly ArtefactView[]): Html {
  return html`
    <table>
      <thead>
        <tr>
          <th scope="col">File</th>
          <th scope="col">Holds</th>
          <th scope="col" class="num">Size</th>
        </tr>
      </thead>
      <tbody>${artefacts.map((one) =>
        html`
          <tr>
            <td>${one.failure === null
              ? html`<a href="${encodeURIComponent(one.name)}">${one.name}</a>`
              : one.name}</td>
            <td>${one.words}${one.isCut
              ? "; its end is cut off"
              : ""}${one.isKept
              ? "; kept from an earlier run"
              : ""}${one.failure === null ? null : html`
              <span class="failed">Not written: ${one.failure}</span>
            `}</td>
            <td class="num">${one.sizeBytes === null
              ? "—"
              : sizeWords(one.sizeBytes)}</td>
          </tr>
        `
      )}</tbody>
    </table>
  `;
}

function notes(view: PostmortemView): Html {
  return html`<ul class="plain">${
    view.findings.map(({ message, fix }) => {
      const step = fix === null ? undefined : stepOf(fix);
      return html`<li>${message}${
        step === undefined || step.words === "" ? null : html`<br>${step.words}`
      }${step === undefined ? null : commands(step.commands)}</li>`;
    })
  }</ul>`;
}

import assert from "node:assert/strict";
import {
  type MetricFamily,
  prometheusText,
} from "../../lib/report/prometheus_text.ts";

function gauge(samples: MetricFamily["samples"]): MetricFamily {
  return { name: "x_bytes", type: "gauge", help: "What it is.", samples };
}

Deno.test("prometheusText() writes a metric with its help, its type and its figures", () => {
  // Kills: a TYPE behind the figures, which a scraper takes for another metric; a file without its last line break.
  assert.equal(
    prometheusText([
      gauge([{ value: 1_000_000_000_000 }, { labels: { a: "b" }, value: 0 }]),
      { ...gauge([{ value: 2 }]), name: "x_total", type: "counter" },
    ]),
    `# HELP x_bytes What it is.
# TYPE x_bytes gauge
x_bytes 1000000000000
x_bytes{a="b"} 0
# HELP x_total What it is.
# TYPE x_total counter
x_total 2
`,
  );
});

Deno.test("prometheusText() leaves out what is not known", () => {
  // Kills: NaN or a bare HELP in place of nothing.
  assert.equal(
    prometheusText([gauge([]), gauge([{ value: NaN }, { value: Infinity }])]),
    "",
  );
  assert.equal(
    prometheusText([gauge([{ labels: { a: "" }, value: 1 }])]).split("\n")[2],
    "x_bytes 1",
  );
});

Deno.test("a label from outside neither ends its line nor its quotes, and is cut", () => {
  // Kills: a chip called `x" } 1 \n metal_guard_gate_closed 0` that writes a metric of its own.
  const evil = 'a"} 1\nx_total 5\\\u001b[2J';
  const [, , line] = prometheusText([
    gauge([{ labels: { chip: evil }, value: 1 }]),
  ]).split("\n");
  assert.equal(line, String.raw`x_bytes{chip="a\"} 1 x_total 5\\ [2J"} 1`);
  const long = prometheusText([
    gauge([{ labels: { chip: "x".repeat(100_000) }, value: 1 }]),
  ]);
  assert.ok(long.length < 200);
});

import assert from "node:assert/strict";
import { escapeHtml, Html, html } from "../../lib/report/html.ts";

Deno.test("html escapes every value but its own", () => {
  // Kills: foreign markup; a quote that ends an attribute; our own markup shown as text.
  const bad = `<i a='"'>&\u0000\u202e`;
  assert.equal(
    html`<p title="${bad}">${[bad, 1, null, html`<b>x</b>`]}</p>`.markup,
    `<p title="${escapeHtml(bad)}">${escapeHtml(bad)}1<b>x</b></p>`,
  );
  assert.equal(escapeHtml(bad), "&lt;i a=&#39;&quot;&#39;&gt;&amp;");
  assert.equal(html`${new Html("<hr>")}`.markup, "<hr>");
});

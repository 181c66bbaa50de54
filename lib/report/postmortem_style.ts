/** The look of a post-mortem's page: light and dark, desk and phone, screen and paper. Nothing in it is loaded. */
export const POSTMORTEM_STYLE = `
:root{color-scheme:light dark;--bg:#f7f6f3;--card:#fff;--ink:#1d1c1a;--soft:#5f5c56;--line:#dfdcd5;--bad:#b3261e;--bad-bg:#fbeae8;--warn:#8a5a00;--warn-bg:#fbf1dc;--good:#1f6b3a;--good-bg:#e6f3ea;--work:#3d6a94;--work-soft:#9db8d0;--code:#f0eee9;--link:#1f5c99}
@media (prefers-color-scheme:dark){:root{--bg:#151413;--card:#1e1d1b;--ink:#ece9e3;--soft:#a5a099;--line:#36332f;--bad:#ff8a80;--bad-bg:#3a1c1a;--warn:#f0bf62;--warn-bg:#35290f;--good:#7fd49a;--good-bg:#16301f;--work:#82b0dc;--work-soft:#3f5d7a;--code:#292724;--link:#8fc0f2}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:1rem/1.55 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.page{max-width:50rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
h1{font-size:1.9rem;line-height:1.2;letter-spacing:-.015em;margin:.75rem 0 .75rem;font-weight:680;text-wrap:balance}
h2{font-size:1.1rem;line-height:1.3;margin:0 0 .9rem;font-weight:650;letter-spacing:-.005em}
h3{font-size:.95rem;margin:1.4rem 0 .5rem;font-weight:600}
p{margin:0 0 .75rem}
a{color:var(--link)}a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
.badge{display:inline-block;font-size:.78rem;font-weight:650;letter-spacing:.02em;padding:.2rem .6rem;border-radius:999px}
.badge.bad{background:var(--bad-bg);color:var(--bad)}.badge.warn{background:var(--warn-bg);color:var(--warn)}.badge.good{background:var(--good-bg);color:var(--good)}
.lead{font-size:1.12rem;max-width:40rem;color:var(--ink)}
.quiet{color:var(--soft);font-size:.9rem}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.4rem 1.5rem;margin-top:1.25rem}
section>:last-child{margin-bottom:0}
dl{display:grid;grid-template-columns:8.5rem minmax(0,1fr);gap:.45rem 1rem;margin:0;align-items:baseline}
dt{color:var(--soft);font-size:.9rem}dd{margin:0;overflow-wrap:anywhere}
ol.steps{margin:0;padding:0;list-style:none;counter-reset:step}
ol.steps li{counter-increment:step;position:relative;padding-left:2.4rem;margin-bottom:1rem}
ol.steps li:last-child{margin-bottom:0}
ol.steps li::before{content:counter(step);position:absolute;left:0;top:.05rem;width:1.6rem;height:1.6rem;border-radius:50%;background:var(--code);color:var(--ink);font-size:.85rem;font-weight:650;display:flex;align-items:center;justify-content:center}
pre,code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.86em}
pre{background:var(--code);border-radius:7px;padding:.6rem .8rem;margin:.45rem 0 0;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
pre .prompt{color:var(--soft);user-select:none}
pre.log{font-size:.8em;line-height:1.65}pre.log span{display:block;text-indent:-2em;padding-left:2em}
table{border-collapse:collapse;width:100%;font-size:.93rem}
th{text-align:left;font-weight:600;color:var(--soft);font-size:.82rem}
th,td{padding:.5rem .9rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word}
tr:last-child td{border-bottom:0}td.num{text-align:right;white-space:nowrap;padding-right:0}th.num{text-align:right;padding-right:0}
td.what{font-weight:600;overflow-wrap:anywhere;min-width:10rem}td.short{white-space:nowrap}
figure{margin:0 0 1.6rem}figure:last-child{margin-bottom:0}figcaption{color:var(--soft);font-size:.88rem;margin-bottom:.7rem}
svg{display:block;width:100%;height:auto;font:12px -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
svg.narrow{display:none}
svg text{fill:var(--ink)}svg .name{paint-order:stroke;stroke:var(--card);stroke-width:5;stroke-linejoin:round}svg .tick-label{fill:var(--soft);font-size:11px}
svg .grid{stroke:var(--line);stroke-width:1;fill:none}svg .rule{stroke:none;fill:none}svg .base{stroke:var(--soft);stroke-width:1;fill:none}
svg .mark{stroke:var(--card);stroke-width:1.5}svg .mark.bad{fill:var(--bad)}svg .mark.warn{fill:var(--warn)}
svg .work{fill:var(--work-soft)}svg .work.open{fill:var(--work)}
svg .tick{stroke:var(--ink);stroke-width:1.5;stroke-opacity:.65}
svg .panic{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:3 3;fill:none}
svg .area{fill:var(--work);fill-opacity:.14;stroke:none}svg .line{fill:none;stroke:var(--work);stroke-width:2;stroke-linejoin:round}svg .point{fill:var(--work)}
svg .label.s0{fill:var(--work)}svg .label.s1{fill:var(--warn)}svg .area.s1{fill:var(--warn)}svg .line.s1{stroke:var(--warn)}svg .point.s1{fill:var(--warn)}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.8rem 0 0;padding:0;list-style:none;color:var(--soft);font-size:.85rem}
.key i{display:inline-block;width:.8rem;height:.8rem;margin-right:.4rem;border-radius:2px;vertical-align:-.05rem}
.key .bad{background:var(--bad);transform:rotate(45deg) scale(.8)}.key .warn{background:var(--warn);border-radius:50%;transform:scale(.8)}.key .work{background:var(--work-soft)}.key .open{background:var(--work)}
.failed{color:var(--bad)}
ul.plain{margin:0;padding:0;list-style:none}ul.plain li{margin-bottom:.8rem}ul.plain li:last-child{margin-bottom:0}
footer{color:var(--soft);font-size:.85rem;margin-top:1.8rem}
@media (max-width:36rem){
.page{padding:1.4rem 1rem 3rem}h1{font-size:1.5rem}.lead{font-size:1.03rem}section{padding:1.1rem 1rem;border-radius:8px}
dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.7rem}dd:last-child{margin-bottom:0}
svg.wide{display:none}svg.narrow{display:block}
table,tbody,tr,td{display:block}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{padding:.6rem 0;border-bottom:1px solid var(--line)}tr:first-child{padding-top:0}tr:last-child{border-bottom:0;padding-bottom:0}td{border:0;padding:.05rem 0}td.what{min-width:0}td.short{white-space:normal}td.num{text-align:left}
td[data-name]::before{content:attr(data-name) ": ";color:var(--soft)}
}
@media print{
:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--bad:#9c1c14;--bad-bg:#fff;--warn:#6d4700;--warn-bg:#fff;--good:#145c2e;--good-bg:#fff;--work:#2f5a83;--work-soft:#a9bfd3;--code:#f3f3f3;--link:#000}
body{font-size:10.5pt}.page{max-width:none;padding:0}section{border:0;border-top:1px solid var(--line);border-radius:0;padding:.8rem 0;margin-top:.8rem}
.badge{border:1px solid currentColor}figure,tr,li,pre{break-inside:avoid}h2,h3{break-after:avoid}svg{max-width:17cm}svg .grid{stroke:#e3e3e3}.key i,ol.steps li::before,pre{print-color-adjust:exact;-webkit-print-color-adjust:exact}svg.wide{display:block}svg.narrow{display:none}
}
`;

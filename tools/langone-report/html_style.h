// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The look of the page, light and dark, and the little script that it can do without: a filter for
// the table of functions, and opening what a link leads to.

#ifndef LANGONE_TOOLS_REPORT_HTML_STYLE_H
#define LANGONE_TOOLS_REPORT_HTML_STYLE_H

namespace langone::report {

inline constexpr const char* html_style = R"css(
:root { color-scheme: light dark;
  --bg: #ffffff; --fg: #1b1f24; --muted: #57606a; --line: #d4dae1; --card: #f6f8fa;
  --maybe: #b6d4fb; --sure: #3d7fe0; --budget: #c42b1c; --bound: #6f3fc0; --peak: #1b1f24;
  --proven: #1a7f37; --guarded: #8a5d00; --refuted: #c42b1c;
  --b0: #cfe3fb; --b1: #a9cdf7; --b2: #7fb2ef; --b3: #f7d58a; --b4: #f0ab5e; --b5: #e5825b; }
@media (prefers-color-scheme: dark) { :root {
  --bg: #0e1116; --fg: #e6edf3; --muted: #9aa4af; --line: #333b45; --card: #161b22;
  --maybe: #234a7d; --sure: #5b9cf5; --budget: #ff8078; --bound: #c5a3ff; --peak: #ffffff;
  --proven: #4cc367; --guarded: #e0a92e; --refuted: #ff8078;
  --b0: #1d3a5f; --b1: #275285; --b2: #3a6fae; --b3: #7d6222; --b4: #96612a; --b5: #a04f33; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 70rem; background: var(--bg); color: var(--fg);
  font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
a { color: var(--sure); }
code, .place { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .86em; }
.place, .muted { color: var(--muted); overflow-wrap: anywhere; }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: .5rem .9rem; }
.tiles b { display: block; font-size: 1.15rem; }
.scroll { overflow: auto; max-height: 32rem; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .3rem .7rem; text-align: left; border-bottom: 1px solid var(--line);
  vertical-align: baseline; }
tr:last-child td { border-bottom: 0; }
thead th { position: sticky; top: 0; background: var(--card); font-weight: 600; white-space: nowrap;
  z-index: 1; }
td.place { white-space: nowrap; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.share { width: 8rem; }
.track { display: block; height: .7rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 3px; overflow: hidden; }
.fill { display: block; height: 100%; background: var(--sure); }
.badge { display: inline-block; padding: 0 .5rem; border: 1.5px solid currentColor;
  border-radius: 1rem; font-size: .8rem; font-weight: 700; white-space: nowrap; }
.proven { color: var(--proven); } .guarded { color: var(--guarded); }
.refuted { color: var(--refuted); } .none { color: var(--muted); font-weight: 400; }
details.function { background: var(--bg); border: 1px solid var(--line); border-radius: 8px;
  margin: .75rem 0; scroll-margin-top: 1rem; }
details.function > summary { padding: .6rem 1rem; cursor: pointer; background: var(--card);
  border-radius: 8px; }
details.function > summary h2 { display: inline; margin: 0; overflow-wrap: anywhere; }
.body { padding: 0 1rem 1rem; }
.meters { display: grid; grid-template-columns: max-content 1fr max-content; gap: .35rem .8rem;
  align-items: center; margin: 1rem 0; }
.meters .budget { background: var(--budget); } .meters .bound { background: var(--bound); }
.meters .arena { background: var(--muted); }
.fill.unknown, .meters .unknown { background:
  repeating-linear-gradient(135deg, var(--guarded) 0 3px, transparent 3px 7px); }
svg { display: block; width: 100%; height: auto; }
svg text { font: 11px system-ui, "DejaVu Sans", sans-serif; fill: var(--muted); }
svg .on { fill: var(--fg); pointer-events: none; }
svg .label-budget { fill: var(--budget); } svg .label-bound { fill: var(--bound); }
svg .grid { stroke: var(--line); } svg .axis { stroke: var(--muted); }
svg .maybe { fill: var(--maybe); } svg .sure { fill: var(--sure); }
svg .unbounded { fill: url(#hatch); }
svg .budget { stroke: var(--budget); stroke-width: 1.5; stroke-dasharray: 7 4; }
svg .label-arena { fill: var(--fg); } svg .arena { stroke: var(--fg); stroke-width: 1.2; }
svg .bound { stroke: var(--bound); stroke-width: 1.5; stroke-dasharray: 2 3; }
svg .peak { fill: var(--bg); stroke: var(--peak); stroke-width: 2; }
svg .hover { fill: transparent; } svg .hover:hover { fill: var(--fg); opacity: .12; }
svg .b { stroke: var(--bg); stroke-width: .75; } svg .b:hover { stroke: var(--fg); }
svg .b0 { fill: var(--b0); } svg .b1 { fill: var(--b1); } svg .b2 { fill: var(--b2); }
svg .b3 { fill: var(--b3); } svg .b4 { fill: var(--b4); } svg .b5 { fill: var(--b5); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; color: var(--muted); font-size: .86rem;
  margin: .2rem 0 .6rem; }
.legend i { display: inline-block; width: 1.6rem; height: .7rem; margin-right: .4rem;
  vertical-align: -1px; }
.legend .line { height: 0; border-top: 2px dashed; vertical-align: 4px; }
.legend .dots { border-top-style: dotted; }
ul.notes { padding-left: 1.2rem; }
input { font: inherit; padding: .3rem .6rem; border: 1px solid var(--line); border-radius: 6px;
  background: var(--bg); color: inherit; width: min(24rem, 100%); margin-bottom: .6rem; }
details.more > summary { cursor: pointer; color: var(--muted); margin: .4rem 0; }
)css";

inline constexpr const char* html_script = R"js(
const open = () => { const target = document.getElementById(location.hash.slice(1));
  if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); } };
addEventListener("hashchange", open); open();
const filter = document.getElementById("filter");
if (filter) { filter.hidden = false; filter.addEventListener("input", () => {
  const wanted = filter.value.toLowerCase();
  for (const row of document.querySelectorAll("#functions tbody tr"))
    row.hidden = !row.textContent.toLowerCase().includes(wanted); }); }
)js";

} // namespace langone::report

#endif // LANGONE_TOOLS_REPORT_HTML_STYLE_H

/** The page's whole style. No font, image or script comes from anywhere. */
export const style = `
:root { --ink:#1c2430; --soft:#5c6876; --line:#dfe4ea; --ground:#ffffff; --panel:#f6f8fa; --pass:#0a7d5c; --fail:#b3261e;
  --signal:#b3261e; --event:#5c6876; --exit:#1c2430; }
@media (prefers-color-scheme: dark) { :root { --ink:#e6eaef; --soft:#9aa6b3; --line:#313a45; --ground:#14181d; --panel:#1c2229;
  --pass:#3ecf9f; --fail:#ff7a70; --signal:#ff7a70; --event:#9aa6b3; --exit:#e6eaef; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; } h1.pass { color: var(--pass); } h1.fail { color: var(--fail); }
h2 { font-size: 18px; margin: 36px 0 2px; }
p { margin: 2px 0; } .soft { color: var(--soft); } code { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.command { display: block; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; margin: 12px 0; overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: 10px 34px; margin: 16px 0 4px; padding: 0; list-style: none; }
.figures b { display: block; font-size: 21px; line-height: 1.2; } .figures span { color: var(--soft); font-size: 13px; }
table { border-collapse: collapse; width: 100%; margin: 10px 0; } td, th { padding: 5px 8px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.clauses td:first-child { width: 58px; } .clauses .id { width: 48px; color: var(--soft); font-variant-numeric: tabular-nums; }
.clauses p { color: var(--soft); font-size: 14px; } .clauses .advice { color: var(--ink); } .clauses .advice::before { content: "→ "; }
.badge { display: inline-block; min-width: 42px; text-align: center; border-radius: 4px; font-size: 12px; font-weight: 600; padding: 1px 6px; border: 1px solid currentColor; }
tr.pass .badge { color: var(--pass); } tr.fail .badge { background: var(--fail); border-color: var(--fail); color: var(--ground); } tr.not-applicable { color: var(--soft); } tr.not-applicable b { font-weight: 500; }
.numbers { font-size: 13px; font-variant-numeric: tabular-nums; } .numbers td, .numbers th { text-align: right; padding: 3px 8px; }
.numbers th:first-child, .numbers .text, .numbers td:first-child { text-align: left; } .numbers tfoot th, .numbers tfoot td { font-weight: 600; border-top: 2px solid var(--line); }
.scroll { overflow-x: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 20px; list-style: none; margin: 8px 0; padding: 0; font-size: 13px; color: var(--soft); } .legend b { color: var(--ink); font-weight: 600; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; vertical-align: -1px; }
svg { display: block; width: 100%; height: auto; margin: 6px 0; } svg text { font: 11.5px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--soft); }
.plot { overflow-x: auto; } .plot svg { min-width: 640px; }
details { margin: 14px 0; } summary { color: var(--soft); cursor: pointer; }
.grid { stroke: var(--line); stroke-width: 1; } .marker { stroke-width: 1.4; } .marker.event { stroke-dasharray: 4 3; }
.marker.signal { stroke: var(--signal); } .marker.event { stroke: var(--event); } .marker.exit { stroke: var(--exit); }
svg .marker-label.signal { fill: var(--signal); font-weight: 600; } svg .marker-label.exit { fill: var(--exit); font-weight: 600; }
.connections { fill: none; stroke: #2f7ec2; stroke-width: 1.3; stroke-opacity: .55; } .dots circle { fill-opacity: .75; }
.exit-bar { fill: #2f7ec2; fill-opacity: .28; } .exit-bar.killed { fill: var(--fail); fill-opacity: .45; } .answer-bar { fill: #2f7ec2; } svg .exit-label { fill: var(--ink); }
.notes li { margin: 3px 0; }
@media (max-width: 600px) { main { padding: 18px 14px 40px; } td, th { padding: 5px 4px; } .clauses .id { width: 38px; } .figures { gap: 8px 24px; } }
@media print { details > * { display: block; } .plot svg { min-width: 0; }  main { max-width: none; } h2 { break-after: avoid; } svg, tr { break-inside: avoid; } }
`;

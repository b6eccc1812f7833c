
namespace Guardrail.Reporting;

/// <summary>The style of the report page, light and dark, wide and narrow.</summary>
public static class ReportStyle
{
    /// <summary>The style sheet. The eight colours are those of Okabe and Ito, shifted where the background needs it.</summary>
    public const string Css = """

        :root { color-scheme: light dark; --back: #fff; --text: #1c2127; --soft: #5a6572; --rule: #dfe3e8; --axis: #8a94a0;
          --c0: #0067b1; --c1: #d55e00; --c2: #00865f; --c3: #b3569a; --c4: #a87900; --c5: #2f9bd1; --c6: #6b7280; --c7: #7a3e9d; }
        @media (prefers-color-scheme: dark) { :root { --back: #14181d; --text: #e6e9ed; --soft: #9aa5b1; --rule: #2b323a; --axis: #6d7885;
          --c0: #5cb3ff; --c1: #ff8a3d; --c2: #2fce9b; --c3: #e58acb; --c4: #e6b422; --c5: #7fd3ff; --c6: #b4bcc6; --c7: #c79bea; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 1240px; margin: 0 auto; padding: 24px 16px 48px; }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 8px; }
        h2 { font-size: 1.2rem; margin: 40px 0 8px; overflow-wrap: anywhere; }
        h3 { font-size: 1rem; margin: 0 0 4px; }
        section > h3 { margin-top: 24px; }
        .lead, figcaption { color: var(--soft); }
        figcaption { font-size: .9rem; margin-top: 8px; }
        figure { margin: 12px 0; max-width: 920px; }
        p, figcaption { max-width: 80ch; }
        svg { display: block; width: 100%; height: auto; font: 13px system-ui, sans-serif; fill: var(--soft); }
        .grid { stroke: var(--rule); }
        .axis { stroke: var(--axis); fill: none; }
        .label { fill: var(--text); stroke: none; }
        .halo { paint-order: stroke; stroke: var(--back); stroke-width: 4px; stroke-linejoin: round; }
        .rule { stroke: var(--text); stroke-dasharray: 5 4; }
        .moment { stroke: var(--soft); stroke-dasharray: 2 3; }
        path.band { stroke: none; fill-opacity: .17; }
        text.name { stroke: none; font-weight: 500; }
        text.name.ours { font-weight: 700; }
        .line { fill: none; stroke-width: 1.6; }
        .ours .line { stroke-width: 3.2; }
        .ours circle { stroke-width: 5; }
        .legend { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; margin: 8px 0 0; padding: 0; font-size: .9rem; }
        .legend li { display: flex; align-items: center; gap: 6px; }
        .legend svg { width: 14px; flex: none; }
        .legend .ours { font-weight: 600; }
        .legend .ours circle { stroke-width: 1; }
        .s0 { fill: var(--c0); stroke: var(--c0); } .s1 { fill: var(--c1); stroke: var(--c1); }
        .s2 { fill: var(--c2); stroke: var(--c2); } .s3 { fill: var(--c3); stroke: var(--c3); }
        .s4 { fill: var(--c4); stroke: var(--c4); } .s5 { fill: var(--c5); stroke: var(--c5); }
        .s6 { fill: var(--c6); stroke: var(--c6); } .s7 { fill: var(--c7); stroke: var(--c7); }
        .legend svg { fill: inherit; }
        .narrow, .legend.narrow { display: none; }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(520px, 100%), 1fr)); gap: 8px 32px; }
        .pair figure { max-width: 680px; width: 100%; }
        .headline { font-size: 1.25rem; line-height: 1.4; margin: 8px 0 16px; max-width: 60ch; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 16px 0; padding: 0; list-style: none; }
        .tiles li { border: 1px solid var(--rule); border-radius: 8px; padding: 10px 14px; }
        .tiles b { display: block; font-size: 1.5rem; line-height: 1.3; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        .tiles span { color: var(--soft); font-size: .9rem; }
        .lanes { max-width: none; }
        .lanes rect.phase { stroke: none; fill-opacity: .28; }
        .lanes .ground { fill: var(--back); }
        .lanes .edge { stroke-width: 3; }
        .lanes .calm { stroke: var(--rule); stroke-width: 2; }
        .lanes .blind { stroke: var(--soft); stroke-width: 4; stroke-dasharray: 3 3; }
        .lanes .flag { fill: var(--back); stroke: var(--axis); }
        .lanes .flag.acted { fill: var(--text); stroke: var(--text); }
        .lanes .acted + text { fill: var(--back); }
        .lanes .service { fill: var(--text); font-weight: 600; }
        .swatch rect { fill-opacity: .45; }
        pre { background: color-mix(in srgb, var(--rule) 45%, transparent); padding: 10px 14px; border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; max-width: 100ch; }
        summary { cursor: pointer; margin: 12px 0; font-weight: 500; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: 6px 10px; border-bottom: 1px solid var(--rule); white-space: nowrap; vertical-align: top; }
        th { color: var(--soft); font-weight: 500; }
        th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 9em; }
        table.text th:first-child, table.text td:first-child { min-width: 0; }
        table.numbers { width: auto; min-width: min(100%, 36rem); }
        th.word, td.word { text-align: left; }
        th.prose, td.prose { text-align: left; white-space: normal; min-width: 15em; }
        .lead { overflow-wrap: anywhere; }
        @media (max-width: 600px) {
          .narrow { display: block; } .legend.narrow { display: flex; } .wide { display: none; }
          table, tbody, tr, td { display: block; }
          thead { display: none; }
          tr { padding: 8px 0; border-bottom: 1px solid var(--rule); }
          td, td:first-child, td.prose { display: flex; gap: 10px; min-width: 0; padding: 2px 0; border: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
          td::before { content: attr(data-label); flex: 0 0 34%; color: var(--soft); }
          td:first-child { font-weight: 600; }
          td:first-child::before { content: none; }
          td:empty { display: none; }
        }

        """;
}

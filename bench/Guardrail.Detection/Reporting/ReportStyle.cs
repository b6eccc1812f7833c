namespace Guardrail.Detection.Reporting;

/// <summary>The style of the report page, light and dark, wide and narrow.</summary>
internal static class ReportStyle
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
        h2 { font-size: 1.2rem; margin: 40px 0 8px; }
        .lead, figcaption { color: var(--soft); }
        figcaption { font-size: .9rem; margin-top: 8px; }
        figure { margin: 12px 0; max-width: 920px; }
        p, figcaption { max-width: 80ch; }
        svg { display: block; width: 100%; height: auto; font: 13px system-ui, sans-serif; fill: var(--soft); }
        .narrow { display: none; }
        @media (max-width: 600px) { .narrow { display: block; } .wide { display: none; } }
        .grid { stroke: var(--rule); }
        .axis { stroke: var(--axis); fill: none; }
        .label { fill: var(--text); }
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
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: 6px 10px; border-bottom: 1px solid var(--rule); white-space: nowrap; vertical-align: top; }
        th { color: var(--soft); font-weight: 500; }
        th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 9em; }
        th.prose, td.prose { text-align: left; white-space: normal; min-width: 15em; }
        .lead { overflow-wrap: anywhere; }
        @media (max-width: 600px) {
          table, tbody, tr, td { display: block; }
          thead { display: none; }
          tr { padding: 8px 0; border-bottom: 1px solid var(--rule); }
          td, td:first-child, td.prose { display: flex; gap: 10px; min-width: 0; padding: 2px 0; border: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
          td::before { content: attr(data-label); flex: 0 0 34%; color: var(--soft); }
          td:first-child { font-weight: 600; }
          td:first-child::before { content: none; }
        }

        """;
}

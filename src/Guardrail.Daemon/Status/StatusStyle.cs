using System.Security.Cryptography;
using System.Text;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>The style of the status page: that of the reports, and what only this page has.</summary>
internal static class StatusStyle
{
    /// <summary>The style sheet.</summary>
    public const string Css = ReportStyle.Css + """
        a { color: inherit; text-decoration-color: var(--axis); text-underline-offset: 2px; }
        a:hover, a:focus-visible { text-decoration-color: currentColor; }
        h2 { display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: baseline; }
        h2 small, .soft { color: var(--soft); font-size: .9rem; font-weight: 400; }
        .good { --tone: var(--c2); } .bad { --tone: var(--c1); } .doubtful { --tone: var(--c4); } .plain { --tone: var(--c6); }
        .top { display: flex; flex-wrap: wrap; gap: 4px 20px; justify-content: space-between; color: var(--soft); font-size: .9rem; }
        .brand { font-weight: 650; color: var(--text); }
        .headline { margin: 20px 0 14px; font-size: 1.45rem; font-weight: 600; line-height: 1.3; max-width: none; overflow-wrap: anywhere; }
        .badge { display: inline-block; padding: 0 9px; line-height: 1.5; vertical-align: baseline; border-radius: 999px; border: 1px solid var(--tone); font-size: .85rem; font-weight: 600;
          background: color-mix(in srgb, var(--tone) 14%, transparent); white-space: nowrap; }
        .tiles { grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); }
        .tiles .mark { border-color: var(--tone); background: color-mix(in srgb, var(--tone) 9%, transparent); }
        .tiles span { display: block; line-height: 1.35; }
        .alerts { list-style: none; margin: 0 0 16px; padding: 0; display: grid; gap: 8px; }
        .alerts li { border-left: 4px solid var(--tone); background: color-mix(in srgb, var(--tone) 9%, transparent); padding: 8px 14px; border-radius: 0 8px 8px 0;
          overflow-wrap: anywhere; }
        .alerts b { margin-right: 6px; }
        .rollouts { list-style: none; margin: 0; padding: 0; display: grid; gap: 10px; }
        .rollouts > li { border: 1px solid var(--rule); border-left: 4px solid var(--tone); border-radius: 8px; padding: 12px 16px;
          display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 4fr) minmax(0, 6fr); gap: 6px 24px; }
        .rollouts .name { font-weight: 650; overflow-wrap: anywhere; }
        .rollouts div { min-width: 0; }
        .rollouts .reason { grid-column: 1 / -1; margin: 0; max-width: none; overflow-wrap: anywhere; font-size: .95rem; }
        .change { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
        .state { margin-top: 3px; font-size: .9rem; color: var(--soft); overflow-wrap: anywhere; }
        .bar { width: 100%; height: 12px; border-radius: 6px; margin: 5px 0 3px; }
        .bar .ground { fill: var(--rule); } .bar .fill { fill: var(--tone); } .bar .mark { stroke: var(--text); stroke-width: 2px; vector-effect: non-scaling-stroke; }
        .numbers { font-size: .9rem; font-variant-numeric: tabular-nums; }
        .arms { display: grid; grid-template-columns: auto 1fr auto; gap: 1px 12px; font-size: .9rem; font-variant-numeric: tabular-nums; }
        .arms dt { color: var(--soft); } .arms dd { margin: 0; overflow-wrap: anywhere; } .arms .rate { font-weight: 600; text-align: right; }
        table.text td { white-space: normal; overflow-wrap: anywhere; text-align: left; } table.text th { text-align: left; }
        table.text td.tight, table.text th.tight { white-space: nowrap; }
        table.text td.prose { min-width: 18em; }
        .facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 20px; margin: 12px 0; }
        .facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
        .sayings { list-style: none; padding: 0; margin: 8px 0; display: grid; gap: 6px; max-width: 100ch; }
        .sayings li { display: grid; grid-template-columns: 1.3em 1fr; overflow-wrap: anywhere; } .sayings b { color: var(--tone); }
        .empty { border: 1px dashed var(--rule); border-radius: 8px; padding: 14px 16px; color: var(--soft); max-width: none; }
        footer { margin-top: 40px; padding-top: 12px; border-top: 1px solid var(--rule); color: var(--soft); font-size: .9rem; }
        code { font-size: .92em; overflow-wrap: anywhere; }
        @media (max-width: 900px) { .rollouts > li { grid-template-columns: minmax(0, 1fr); } }
        @media (max-width: 600px) {
          main { padding-top: 14px; } .headline { font-size: 1.25rem; }
          .tiles { grid-template-columns: 1fr 1fr; } .tiles li { padding: 8px 10px; }
          table.text td.prose, table.text td.tight { min-width: 0; white-space: normal; }
          td > span.cell { min-width: 0; }
          .badge { white-space: normal; }
          .facts { grid-template-columns: minmax(0, 1fr); gap: 0; } .facts dd { margin-bottom: 8px; }
        }

        """;

    /// <summary>The sheet's hash, by which a Content-Security-Policy allows it and no other.</summary>
    public static string Hash { get; } = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))}'";
}

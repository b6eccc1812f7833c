using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Guardrail.Cli.Output;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary><c>guardrail drill report</c>: who drilled what when, how it went, and who is overdue.</summary>
internal static class DrillReportCommand
{
    private const int MostDays = 3660;

    public static Command Create()
    {
        var results = DrillOptions.Results();
        var every = new Option<TimeSpan>("--every")
        {
            Description = "How often everybody, and every scenario once drilled, is to be drilled; also the quarter that is shown.",
            HelpName = "DAYS",
            DefaultValueFactory = _ => TimeSpan.FromDays(90),
            CustomParser = Days,
        };
        var team = new Option<ImmutableArray<string>>("--team")
        {
            Description = "Who should take part, with commas between them; by default everybody who ever did.",
            HelpName = "NAMES",
            CustomParser = DrillOptions.Names,
        };
        var on = new Option<DateTimeOffset?>("--on") { Description = "The day it is about, such as 2026-12-31; by default today.", HelpName = "DATE", CustomParser = Day };
        var output = new Option<OutputFormat>("--output", "-o")
        {
            Description = "text is for people; json or yaml print data on standard output, everything for people goes to standard error.",
            DefaultValueFactory = _ => OutputFormat.Text,
            CustomParser = Choices.Parse<OutputFormat>,
        };
        var page = new Option<string?>("--report") { Description = "Also write a page for a browser.", HelpName = "FILE.html" };
        var fail = new Option<bool>("--fail-overdue") { Description = "Exit with 1 when somebody or something is overdue, or no drill was held." };
        var plain = new Option<bool>("--plain") { Description = "Text without colours or signs beyond ASCII." };
        var command = new Command("report", "Shows the quarter: who drilled what and when, how fast, how it compares with the drill before, and who is overdue.")
        {
            results, every, team, on, output, page, fail, plain,
        };
        command.SetAction((parsed, _) =>
        {
            var screen = Screen.OfProcess(parsed.GetValue(plain));
            return DrillOptions.SaidAsync(screen, () => Task.FromResult(DrillReportRun.Run(
                new(parsed.GetValue(results)!, parsed.GetValue(every), parsed.GetValue(on) ?? TimeProvider.System.GetUtcNow())
                {
                    Team = parsed.GetValue(team),
                    Output = parsed.GetValue(output),
                    Page = parsed.GetValue(page),
                    FailOverdue = parsed.GetValue(fail),
                },
                screen)));
        });
        return command;
    }

    private static TimeSpan Days(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (!int.TryParse(text.EndsWith('d') ? text[..^1] : "", NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days is < 1 or > MostDays)
        {
            result.AddError($"'{text}' is no number of days; --every takes 1d to {MostDays}d, such as 90d.");
        }

        return TimeSpan.FromDays(Math.Clamp(days, 1, MostDays));
    }

    /// <summary>The end of a day in UTC.</summary>
    private static DateTimeOffset? Day(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue)
        {
            return new(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
        }

        result.AddError($"'{text}' is no day; --on takes one such as 2026-12-31.");
        return null;
    }
}

using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;
using Guardrail.Simulation.Traffic.Models;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>Reads the requests that a service gets from outside.</summary>
internal static class TrafficReader
{
    private const int MostLines = 100_000;
    private const int LongestLine = 200;

    public static ArrivalModel Read(YamlPlace place, string? folder)
    {
        if (place.Node is YamlScalarNode)
        {
            return new() { RequestsPerSecond = place.Rate(), DiurnalSwing = 0 };
        }

        var fields = new YamlFields(place, ScenarioForms.Traffic.Known);
        if (fields["rate"] is null == fields["trace"] is null)
        {
            throw place.Error("must have either a rate or a trace.");
        }

        return new()
        {
            RequestsPerSecond = fields.Or("rate", 0.0, ScenarioValues.Rate),
            Trace = fields.Or("trace", [], p => Trace(p, folder)),
            DiurnalSwing = fields.Or("swing", 0.0, ScenarioValues.Percent),
            TimeOfDay = fields.Or("timeOfDay", TimeSpan.Zero, ScenarioValues.Time),
            NoiseSigma = fields.Or("noise", 0.1, ScenarioValues.Percent),
            Surges = fields.Or<ImmutableArray<Surge>>("surges", [], p => [.. p.Items().Select(Surge)]),
        };
    }

    private static Surge Surge(YamlPlace place)
    {
        var fields = new YamlFields(place, ScenarioForms.Surge.Known);
        return new()
        {
            Start = fields.Required("at").Time(),
            Duration = fields.Required("for").Length(),
            Factor = fields.Required("factor").Fraction(0, inclusive: true, 1000),
        };
    }

    private static ImmutableArray<TracePoint> Trace(YamlPlace place, string? folder)
    {
        var path = Path.Combine(folder ?? throw place.Error("names a file, which a scenario of the library cannot."), place.Text());
        try
        {
            var points = ImmutableArray.CreateBuilder<TracePoint>();
            var number = 0;
            foreach (var line in File.ReadLines(path))
            {
                number++;
                if (number > MostLines || line.Length > LongestLine)
                {
                    throw new ConfigurationException($"{path}({number},1): is longer than {MostLines} lines of {LongestLine} letters; thin it out.");
                }

                if (number > 1 || char.IsAsciiDigit(line.FirstOrDefault()))
                {
                    points.Add(Point(line, points, path, number));
                }
            }

            return points.Count > 0 ? points.ToImmutable() : throw place.Error("names a file without a line such as 0,120.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw place.Error($"cannot be read: {fault.Message}");
        }
    }

    private static TracePoint Point(string line, ImmutableArray<TracePoint>.Builder before, string path, int number)
    {
        var cells = line.Split(',');
        return cells.Length == 2
            && double.TryParse(cells[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 1e7
            && double.TryParse(cells[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate <= 1e6
            && (before.Count == 0 || seconds > before[^1].At.TotalSeconds)
                ? new(TimeSpan.FromSeconds(seconds), rate)
                : throw new ConfigurationException(
                    $"{path}({number},1): must be seconds since the start and requests per second, such as 60,120.5, in ascending order of time.");
    }
}

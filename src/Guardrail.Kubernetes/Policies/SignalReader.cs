using Guardrail.Engine.Policies;

namespace Guardrail.Kubernetes.Policies;

/// <summary>Reads <c>spec.signals</c>: presets, error counters, latency histograms and business counters.</summary>
internal static class SignalReader
{
    /// <summary>Largest weight of a signal; only the proportions of weights matter.</summary>
    public const double LargestWeight = 1000;

    private const int MostSignals = 32;

    public static EquatableList<SignalDefinition> Read(YamlPlace place)
    {
        SignalDefinition[] signals = [.. place.Items().SelectMany(One)];
        if (signals.Length is 0 or > MostSignals)
        {
            throw place.Error($"has {signals.Length} signals; give 1 to {MostSignals}, or leave it out for the preset http.");
        }

        var twice = signals.GroupBy(signal => signal.Id).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? [.. signals]
            : throw place.Error(
                $"has two signals named \"{twice.Key}\"; give one of them another name (a preset's names are errors and latency).");
    }

    private static IEnumerable<SignalDefinition> One(YamlPlace place)
    {
        var fields = new YamlFields(place, "preset", "errors", "latency", "business");
        return (fields["preset"], fields["errors"], fields["latency"], fields["business"]) switch
        {
            ({ } preset, null, null, null) => Preset(preset),
            (null, { } errors, null, null) => [Errors(errors)],
            (null, null, { } latency, null) => [Latency(latency)],
            (null, null, null, { } business) => [Business(business)],
            _ => throw place.Error("must have exactly one of preset, errors, latency, business; write each as a list item of its own."),
        };
    }

    private static EquatableList<SignalDefinition> Preset(YamlPlace place) => place.Text() switch
    {
        "http" => SignalPresets.Http,
        "opentelemetry" => SignalPresets.OpenTelemetry,
        var other => throw place.Error(
            $"is \"{other}\", but must be http or opentelemetry; {Suggestion.For(other, ["http", "opentelemetry"])}"),
    };

    private static SignalDefinition.ErrorRate Errors(YamlPlace place)
    {
        var fields = new YamlFields(
            place, "name", "metric", "outcomeLabels", "errorPattern", "podLabel", "namespaceLabel", "stratumLabels", "weight");
        return new SignalDefinition.ErrorRate
        {
            Id = Id(fields, "errors"),
            Weight = Weight(fields, SignalPresets.ErrorWeight),
            Metric = fields.Required("metric").Name(NamePatterns.Metric(), "http_requests_total"),
            OutcomeLabels = fields.Required("outcomeLabels").Names(NamePatterns.MetricLabel(), "status"),
            ErrorPattern = fields.Or("errorPattern", "5..", YamlValues.Pattern),
            PodLabel = Label(fields, "podLabel", "pod"),
            NamespaceLabel = Label(fields, "namespaceLabel", "namespace"),
            StratumLabels = Strata(fields),
        };
    }

    private static SignalDefinition.Latency Latency(YamlPlace place)
    {
        var fields = new YamlFields(place, "name", "metric", "podLabel", "namespaceLabel", "stratumLabels", "weight");
        var metric = fields.Required("metric");
        var name = metric.Name(NamePatterns.Metric(), "http_request_duration_seconds");
        if (name.EndsWith("_bucket", StringComparison.Ordinal))
        {
            throw metric.Error($"is {name}, but must be the histogram's name without suffix: {name[..^"_bucket".Length]}.");
        }

        return new SignalDefinition.Latency
        {
            Id = Id(fields, "latency"),
            Weight = Weight(fields, SignalPresets.LatencyWeight),
            Metric = name,
            PodLabel = Label(fields, "podLabel", "pod"),
            NamespaceLabel = Label(fields, "namespaceLabel", "namespace"),
            StratumLabels = Strata(fields),
        };
    }

    private static SignalDefinition.Business Business(YamlPlace place)
    {
        var fields = new YamlFields(place, "name", "metric", "requests", "podLabel", "namespaceLabel", "stratumLabels", "weight");
        var metric = fields.Required("metric").Name(NamePatterns.Metric(), "orders_total");
        var requests = fields.Required("requests");
        var name = requests.Name(NamePatterns.Metric(), "http_requests_total");
        if (name == metric)
        {
            throw requests.Error($"is {name}, the same as metric; metric counts the good events, requests the requests they come from.");
        }

        return new SignalDefinition.Business
        {
            Id = Id(fields, "business"),
            Weight = Weight(fields, SignalPresets.BusinessWeight),
            Metric = metric,
            Requests = name,
            PodLabel = Label(fields, "podLabel", "pod"),
            NamespaceLabel = Label(fields, "namespaceLabel", "namespace"),
            StratumLabels = Strata(fields),
        };
    }

    private static SignalId Id(YamlFields fields, string otherwise) =>
        new(fields.Or("name", otherwise, place => place.Name(NamePatterns.DnsLabel(), "checkout-errors")));

    private static double Weight(YamlFields fields, double otherwise) =>
        fields.Or("weight", otherwise, place => place.Fraction(0, inclusive: false, LargestWeight));

    private static string Label(YamlFields fields, string name, string otherwise) =>
        fields.Or(name, otherwise, place => place.Name(NamePatterns.MetricLabel(), otherwise));

    private static EquatableList<string> Strata(YamlFields fields) =>
        fields.Or("stratumLabels", [], place => place.Names(NamePatterns.MetricLabel(), "route"));
}

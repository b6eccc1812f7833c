using System.Text.RegularExpressions;

namespace Guardrail.Kubernetes.Policies;

/// <summary>What names look like.</summary>
internal static partial class NamePatterns
{
    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\z")]
    public static partial Regex DnsLabel();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\z")]
    public static partial Regex DnsSubdomain();

    [GeneratedRegex(@"^[a-zA-Z_:][a-zA-Z0-9_:]*\z")]
    public static partial Regex Metric();

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_]*\z")]
    public static partial Regex MetricLabel();

    [GeneratedRegex(@"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[a-zA-Z0-9]([-a-zA-Z0-9_.]*[a-zA-Z0-9])?\z")]
    public static partial Regex LabelKey();

    [GeneratedRegex(@"^([a-zA-Z0-9]([-a-zA-Z0-9_.]{0,61}[a-zA-Z0-9])?)?\z")]
    public static partial Regex LabelValue();
}

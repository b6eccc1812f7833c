using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Engine.Evidence;

namespace Guardrail.Kubernetes.Records;

/// <summary>
/// How the evidence came about, in one short text: each point as whole seconds since the rollout's start and nats, such as
/// <c>0:0 5:1.9 10:4.7</c>. It stays when the checkpoint goes, so that a rollout can be explained after its end.
/// </summary>
public static class RecordedPath
{
    /// <summary>Most characters of the text.</summary>
    public const int Limit = 4096;

    /// <summary>The points as text; null when there is none. Points that do not fit any more are left out from the front.</summary>
    /// <param name="points">The points in order of time; what is not finite is left out.</param>
    /// <param name="start">The rollout's start.</param>
    public static string? Write(ImmutableArray<EvidencePoint> points, DateTimeOffset start)
    {
        var text = string.Join(' ', points.Where(p => double.IsFinite(p.LogEvidence)).Select(p =>
            string.Create(CultureInfo.InvariantCulture, $"{Math.Round((p.At - start).TotalSeconds):0}:{p.LogEvidence:0.##}")));
        if (text.Length > Limit)
        {
            text = text[(text.IndexOf(' ', text.Length - Limit) + 1)..];
        }

        return text.Length == 0 ? null : text;
    }

    /// <summary>The points of a text; what is not a point is passed over.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">The rollout's start.</param>
    public static ImmutableArray<EvidencePoint> Read(string? text, DateTimeOffset start)
    {
        var points = ImmutableArray.CreateBuilder<EvidencePoint>();
        foreach (var part in (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(EvidencePoint.Most))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && int.TryParse(part.AsSpan(0, colon), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
                && double.TryParse(part.AsSpan(colon + 1), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var nats))
            {
                points.Add(new(start.AddSeconds(seconds), nats));
            }
        }

        return points.ToImmutable();
    }
}

using System.Globalization;
using Guardrail.Engine.Policies;

namespace Guardrail.Kubernetes.Configuration;

/// <summary>What restoring one ConfigMap or Secret comes to. Closed. Pure: what is known in, one step out.</summary>
internal abstract record ConfigurationPlan
{
    /// <summary>How long after a release a change of configuration still counts as part of it.</summary>
    public static readonly TimeSpan ReleaseWindow = TimeSpan.FromSeconds(30);

    private ConfigurationPlan()
    {
    }

    /// <summary>It is as it was.</summary>
    internal sealed record Same : ConfigurationPlan;

    /// <summary>Its content is to be overwritten by the copy's.</summary>
    internal sealed record Overwrite(ConfigurationContent Live, ConfigurationContent Copy) : ConfigurationPlan;

    /// <summary>It is gone, and to be made anew from the copy.</summary>
    internal sealed record Recreate(ConfigurationContent Copy) : ConfigurationPlan;

    /// <summary>It has changed and stays as it is.</summary>
    internal sealed record Leave(string Reason) : ConfigurationPlan;

    /// <summary>Decides.</summary>
    /// <param name="entry">What it was.</param>
    /// <param name="live">What it is; null when it is gone.</param>
    /// <param name="copy">The copy of what it was; null when there is none.</param>
    /// <param name="scope">What may go back.</param>
    /// <param name="releasedAt">When the revision to leave was released; null when that is not known.</param>
    public static ConfigurationPlan For(
        ConfigurationEntry entry, ConfigurationContent? live, ConfigurationContent? copy, ConfigurationScope scope, DateTimeOffset? releasedAt)
    {
        if (entry.Copy == KeptCopy.Missing)
        {
            return live is null ? new Same() : new Leave("did not exist then");
        }

        var digest = entry.Digest ?? copy?.Digest;
        if (live is not null && live.Digest == digest)
        {
            return new Same();
        }

        return (live, copy) switch
        {
            _ when !entry.Reference.IsIn(scope) => new Leave(live is null ? "is gone; restoreConfig is None" : "has changed; restoreConfig is None"),
            (_, null) => new Leave(WhyNoCopy(entry)),
            _ when copy.Digest != digest => new Leave("its copy no longer holds what was kept"),
            (null, _) => new Recreate(copy),
            _ when live.IsImmutable => new Leave("is immutable: delete it and make it anew by hand"),
            _ when copy.Annotation(ConfigurationCopy.OriginalType) is { } type && type != live.Type => new Leave($"is of another type than then ({type})"),
            _ when live.LastWrite is { } last && last.At > releasedAt + ReleaseWindow => new Leave(
                string.Create(CultureInfo.InvariantCulture, $"was changed by {last.By} at {last.At.UtcDateTime:HH:mm:ss} UTC, after the release")),
            _ => new Overwrite(live, copy),
        };
    }

    private static string WhyNoCopy(ConfigurationEntry entry) => entry.Copy switch
    {
        KeptCopy.Refused => "was too large to be kept, or its copy was refused",
        KeptCopy.Kept => "its copy is gone",
        _ => "was not kept when the revision became known good",
    };
}

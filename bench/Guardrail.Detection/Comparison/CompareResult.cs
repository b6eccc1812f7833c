using System.Collections.Immutable;
using Guardrail.Detection.Cells;

namespace Guardrail.Detection.Comparison;

/// <summary>What the comparison found.</summary>
/// <param name="Origin">Where the numbers come from.</param>
/// <param name="Healthy">The healthy cells.</param>
/// <param name="Errors">The rules, tuned over the cells where errors are under test.</param>
/// <param name="Latency">The rules, tuned over the cells where latency is.</param>
/// <param name="Business">The rules, tuned over the cells where good events are.</param>
/// <param name="Faulty">The faulty cells that ought to be taken back.</param>
/// <param name="Attributed">The faulty cells in which a person ought to be called instead.</param>
/// <param name="Curves">Delay against false rollbacks, one per reference cell.</param>
internal sealed record CompareResult(
    Origin Origin,
    ImmutableArray<HealthyCell> Healthy,
    ImmutableArray<TunedRule> Errors,
    ImmutableArray<TunedRule> Latency,
    ImmutableArray<TunedRule> Business,
    ImmutableArray<FaultyCell> Faulty,
    ImmutableArray<AttributedCell> Attributed,
    ImmutableArray<Curve> Curves);

/// <summary>Where numbers come from.</summary>
/// <param name="Version">Version of the program.</param>
/// <param name="Options">Seed and numbers of runs.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record Origin(string Version, CompareOptions Options, double Seconds)
{
    /// <summary>The command that gives these numbers again.</summary>
    public string Command =>
        $"dotnet run --project bench/Guardrail.Detection -c Release -- compare --seed {Options.Seed} --healthy-runs {Options.HealthyRuns} --peer-runs {Options.PeerRuns} --faulty-runs {Options.FaultyRuns}";

    /// <summary>In one sentence.</summary>
    public string Sentence => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"Guardrail {Version}, seed {Options.Seed}: {Options.HealthyRuns:#,0} runs per healthy cell, of which the other rules watched {Math.Min(Options.PeerRuns, Options.HealthyRuns):#,0} with every setting of their knobs, and {Options.FaultyRuns:#,0} per faulty cell, in {Seconds:0} s.");
}

/// <summary>What Guardrail did in a healthy cell.</summary>
/// <param name="Name">Name of the cell.</param>
/// <param name="Runs">Runs.</param>
/// <param name="False">Runs taken back.</param>
/// <param name="Held">Runs held at least once.</param>
/// <param name="Paged">Runs for which a person was called.</param>
/// <param name="Example">Why the first that was taken back was.</param>
internal sealed record HealthyCell(string Name, int Runs, int False, int Held, int Paged, string Example)
{
    /// <summary>Upper 95 % limit of the probability of a false rollback.</summary>
    public double Upper => ClopperPearson.Upper(False, Runs);
}

/// <summary>What everyone did in a faulty cell.</summary>
/// <param name="Name">Name of the cell.</param>
/// <param name="OnsetSeconds">Seconds from the start of the rollout to the defect.</param>
/// <param name="Guard">Guardrail.</param>
/// <param name="Held">Runs that Guardrail held.</param>
/// <param name="Paged">Runs for which Guardrail called a person.</param>
/// <param name="Example">Why Guardrail took the first back.</param>
/// <param name="Peers">The other rules: at their defaults, tuned over all healthy cells, and tuned at home.</param>
internal sealed record FaultyCell(
    string Name, double OnsetSeconds, Quantiles Guard, int Held, int Paged, string Example, ImmutableArray<PeerDelay> Peers)
{
    /// <summary>The tuned rules with their delays, the fastest first.</summary>
    public IEnumerable<PeerDelay> Tuned => Peers.Where(peer => peer.IsTuned).OrderBy(peer => peer.Delay.Median).ThenByDescending(peer => peer.Delay.Share);

    /// <summary>The tuned rule with the smallest median delay; null when none detects half of the runs.</summary>
    public PeerDelay? Fastest => Tuned.FirstOrDefault(peer => double.IsFinite(peer.Delay.Median));

    /// <summary>
    /// The fastest of the rules tuned on the calm traffic of this very service, whatever they do elsewhere; null when none detects half of the runs.
    /// </summary>
    public PeerDelay? FastestAtHome => Peers.Where(peer => peer.IsTunedAtHome && double.IsFinite(peer.Delay.Median))
        .OrderBy(peer => peer.Delay.Median).ThenByDescending(peer => peer.Delay.Share).FirstOrDefault();
}

/// <summary>What everyone did in a faulty cell in which the release ought to be held and a person called.</summary>
/// <param name="Cell">Everything else about it.</param>
/// <param name="Answer">What the person ought to be told.</param>
/// <param name="Runs">Runs.</param>
/// <param name="Right">Runs in which Guardrail held the release, called a person with what is known, and took nothing back.</param>
/// <param name="MedianCall">Median seconds from the onset to the call; infinity when fewer than half were called.</param>
/// <param name="Told">What the person was told in the first such run; null when none was called.</param>
internal sealed record AttributedCell(FaultyCell Cell, RightAnswer Answer, int Runs, int Right, double MedianCall, string? Told);

/// <summary>Delay of another rule.</summary>
/// <param name="Rate">The setting, and how often it takes healthy releases back.</param>
/// <param name="IsTuned">Whether it is the setting tuned over all healthy cells.</param>
/// <param name="Delay">The delays.</param>
internal sealed record PeerDelay(SettingRate Rate, bool IsTuned, Quantiles Delay)
{
    /// <summary>Whether it is the setting tuned on the calm traffic of this service alone.</summary>
    public bool IsTunedAtHome { get; init; }

    /// <summary>How often the setting takes healthy releases of this service back on all its days, outages included; null when unknown.</summary>
    public SettingRate? OfService { get; init; }

    /// <summary>That, in words.</summary>
    public string AtHomePrice => OfService is { } rate
        ? rate.False == 0
            ? $"takes none of this service's healthy releases back, but {Wording.Percent(Rate.Rate)} over all healthy cells"
            : $"takes {Wording.Percent(rate.Rate)} of this service's healthy releases back ({Wording.Percent(rate.WorstRate)} in {rate.WorstCell}), {Wording.Percent(Rate.Rate)} over all healthy cells"
        : $"takes {Wording.Percent(Rate.Rate)} back over all healthy cells";

    /// <summary>Name of the rule and its setting.</summary>
    public string Name => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Rate.Setting.Family} [{Wording.Knob(Rate.Setting.Value)}]");
}

/// <summary>Delays of every setting in a reference cell, against how often the setting takes healthy releases back.</summary>
/// <param name="Cell">The reference cell.</param>
/// <param name="Guard">Guardrail's delay in it.</param>
/// <param name="Settings">Every setting.</param>
internal sealed record Curve(string Cell, Quantiles Guard, ImmutableArray<PeerDelay> Settings);

using System.Collections.Immutable;

namespace Guardrail.Detection.Cells;

/// <summary>Pods and share of traffic from a moment on.</summary>
/// <param name="At">Time since the start of the rollout.</param>
/// <param name="OldPods">Pods of the old revision that serve.</param>
/// <param name="NewPods">Pods of the new revision that serve.</param>
/// <param name="NewShare">Share of the requests that the new revision gets, 0 to 1.</param>
public readonly record struct ScheduleStep(TimeSpan At, int OldPods, int NewPods, double NewShare);

/// <summary>How a rollout proceeds.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Before">Pods of the old revision before the rollout.</param>
/// <param name="Steps">The steps in the order of time; the first at 0.</param>
public sealed record RolloutSchedule(string Name, int Before, ImmutableArray<ScheduleStep> Steps)
{
    /// <summary>Most pods of the new revision at any time.</summary>
    public int MostNew => Steps.Max(step => step.NewPods);

    /// <summary>Share of traffic planned for the new revision at first.</summary>
    public double FirstShare => Steps[0].NewShare;

    /// <summary>A canary that stays as it is.</summary>
    /// <param name="oldPods">Pods of the old revision.</param>
    /// <param name="newPods">Pods of the new revision.</param>
    /// <param name="share">Share of the requests that the new revision gets.</param>
    public static RolloutSchedule Canary(int oldPods, int newPods, double share) =>
        new($"canary {share:P0}", oldPods, [new(TimeSpan.Zero, oldPods, newPods, share)]);

    /// <summary>A canary that grows to 10, 25, 50 and 100 % of traffic, seven and a half minutes each.</summary>
    /// <param name="pods">Pods of each revision.</param>
    public static RolloutSchedule Ramp(int pods) => new(
        "10-25-50-100 %",
        pods,
        [
            new(TimeSpan.Zero, pods, Math.Max(1, pods / 10), 0.1),
            new(TimeSpan.FromMinutes(7.5), pods, Math.Max(1, pods / 4), 0.25),
            new(TimeSpan.FromMinutes(15), pods, Math.Max(1, pods / 2), 0.5),
            new(TimeSpan.FromMinutes(22.5), 0, pods, 1),
        ]);

    /// <summary>A rolling update with maxSurge 25 %: a quarter of the pods at a time, 15 s each.</summary>
    /// <param name="pods">Pods, at least 4.</param>
    public static RolloutSchedule Rolling(int pods) => new(
        "rolling 25 %",
        pods,
        [.. Enumerable.Range(1, 4).Select(i => new ScheduleStep(TimeSpan.FromSeconds(15 * (i - 1)), pods - (pods * i / 4), pods * i / 4, (double)(pods * i / 4) / pods))]);

    /// <summary>Everything at once.</summary>
    /// <param name="pods">Pods.</param>
    public static RolloutSchedule Instant(int pods) => new("instant", pods, [new(TimeSpan.Zero, 0, pods, 1)]);
}

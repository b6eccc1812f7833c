using System.ComponentModel.DataAnnotations;
using Guardrail.Engine.Policies;
using Microsoft.Extensions.Options;

namespace Guardrail.Daemon.Hosting;

/// <summary>How the daemon is started. Validated before anything begins; a bad value ends the process with exit code 2.</summary>
public sealed class DaemonOptions
{
    /// <summary>
    /// Policy files (YAML, one or more documents each), or folders of them. At least one, unless <see cref="ClusterPolicies"/> or <see cref="Sidecar"/>.
    /// </summary>
    public required IReadOnlyList<string> PolicyPaths { get; init; }

    /// <summary>Whether policies are the GuardrailPolicy objects of the cluster, followed while the daemon runs, instead of files. Default false.</summary>
    public bool ClusterPolicies { get; init; }

    /// <summary>With <see cref="ClusterPolicies"/>: namespaces whose policies count. Default: all of them, by one watch of the cluster.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>The pod in which it guards the workload that the pod is of, and nothing else; null, the default, guards what the policies select.</summary>
    public Sidecar.SidecarOptions? Sidecar { get; init; }

    /// <summary>Policies that somebody has read already, beside those of <see cref="PolicyPaths"/>. Default: none.</summary>
    public IReadOnlyList<GuardPolicy> Policies { get; init; } = [];

    /// <summary>Base URL of a Prometheus-compatible server. Exactly one of this and <see cref="Scrape"/>.</summary>
    public string? PrometheusUrl { get; init; }

    /// <summary>Whether the pods' own /metrics are read instead of a Prometheus. Default false.</summary>
    public bool Scrape { get; init; }

    /// <summary>Kubeconfig file; null looks at KUBECONFIG, then ~/.kube/config, and inside a cluster at the pod's own account.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Context of the kubeconfig; null takes its current one.</summary>
    public string? Context { get; init; }

    /// <summary>Address of /healthz, /readyz and /metrics. Default 127.0.0.1:9464; port 0 picks a free one.</summary>
    [Required]
    [RegularExpression(@"^\S+:\d{1,5}$", ErrorMessage = "--listen takes ADDRESS:PORT, such as 127.0.0.1:9464.")]
    public string Listen { get; init; } = "127.0.0.1:9464";

    /// <summary>Longest <see cref="Backfill"/>.</summary>
    public static TimeSpan LongestBackfill { get; } = TimeSpan.FromHours(6);

    /// <summary>How far back history is read at the start and after a gap, zero to 6 hours. Default 30 min.</summary>
    public TimeSpan Backfill { get; init; } = Guarding.GuardLoopOptions.DefaultBackfill;

    /// <summary>Whether each rollout is recorded as a custom resource. Default: when the cluster has the definitions and gives the right.</summary>
    public RecordKeeping Records { get; init; } = RecordKeeping.Auto;

    /// <summary>The most that Guardrail may do by itself, whatever the policies say. Default: what the policies say.</summary>
    public Autonomy AutonomyCeiling { get; init; } = Autonomy.Enforce;

    /// <summary>Most rollbacks of the whole fleet within a window; each policy has its own limit beside it. Default 3 in 10 min.</summary>
    public StormLimit FleetLimit { get; init; } = new();

    /// <summary>Whether and how one of several daemons is chosen to act. Default: chosen inside a cluster.</summary>
    public Leading.LeaderElection LeaderElection { get; init; } = new();

    /// <summary>Whether and where the API server's questions are answered. Default: nowhere.</summary>
    public Admission.AdmissionOptions Admission { get; init; } = new();

    /// <summary>Who is told of what happens. Default: nobody.</summary>
    public NotificationTargets Notifications { get; init; } = new();
}

/// <summary>Whether rollouts are recorded as custom resources.</summary>
public enum RecordKeeping
{
    /// <summary>If the cluster has the definitions and gives the right to write records; else it is said once and goes on without.</summary>
    Auto,

    /// <summary>Always: without the definitions or the right the daemon does not start.</summary>
    Required,

    /// <summary>Never.</summary>
    Off,
}

/// <summary>Checks <see cref="DaemonOptions"/> before the daemon starts.</summary>
[OptionsValidator]
public sealed partial class DaemonOptionsValidator : IValidateOptions<DaemonOptions>
{
    /// <summary>Every complaint, without the option names that the sentences already hold.</summary>
    /// <param name="options">What is checked.</param>
    public static IReadOnlyList<string> Complaints(DaemonOptions options)
    {
        var complaints = new List<string>();
        foreach (var failure in new DaemonOptionsValidator().Validate(null, options).Failures ?? [])
        {
            complaints.Add(failure[(failure.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        }

        if (options.PolicyPaths.Count == 0 && options.Policies.Count == 0 && !options.ClusterPolicies && options.Sidecar is null)
        {
            complaints.Add("No policy is given: name a file with --policy FILE, or take those of the cluster with --policies cluster.");
        }

        if (options.PolicyPaths.Count > 0 && options.ClusterPolicies)
        {
            complaints.Add("--policy and --policies cluster exclude each other: policies come from files or from the cluster.");
        }

        if (options.Sidecar is { } sidecar)
        {
            complaints.AddRange(sidecar.Complaints());
            if (options.ClusterPolicies)
            {
                complaints.Add("--mode sidecar takes the built-in policy or one of a file, not those of the cluster; leave --policies out.");
            }
        }

        if (options.Backfill < TimeSpan.Zero || options.Backfill > DaemonOptions.LongestBackfill)
        {
            complaints.Add($"--backfill takes a duration from 0s to {DaemonOptions.LongestBackfill.TotalHours:0}h.");
        }

        if (options.FleetLimit.Rollbacks is < 1 or > 1000)
        {
            complaints.Add("--storm-rollbacks takes a number from 1 to 1000.");
        }

        if (options.FleetLimit.Window < TimeSpan.FromMinutes(1) || options.FleetLimit.Window > TimeSpan.FromHours(24))
        {
            complaints.Add("--storm-window takes a duration from 1m to 24h.");
        }

        complaints.AddRange(options.LeaderElection.Complaints());
        return complaints;
    }
}

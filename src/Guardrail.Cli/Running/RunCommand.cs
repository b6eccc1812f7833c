using System.CommandLine;
using System.CommandLine.Parsing;
using Guardrail.Daemon.Hosting;
using Guardrail.Engine.Policies;
using Serilog.Events;

namespace Guardrail.Cli.Running;

/// <summary><c>guardrail run</c>: the daemon.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var policy = new Option<string[]>("--policy", "-p")
        {
            Description = "Policy file (YAML), or a folder of them; may be given more than once.",
            AllowMultipleArgumentsPerToken = true,
        };
        var policies = new Option<PolicyOrigin>("--policies")
        {
            Description = "cluster: follow the GuardrailPolicy objects of the cluster instead of files.",
            DefaultValueFactory = _ => PolicyOrigin.Files,
            CustomParser = Choices.Parse<PolicyOrigin>,
        };
        var namespaces = new Option<string[]>("--namespace", "-n")
        {
            Description = "With --policies cluster: only the policies of this namespace; may be given more than once. Default: all.",
        };
        var records = new Option<RecordKeeping>("--records")
        {
            Description = "Whether each rollout is recorded as a GuardedRollout: auto (if the cluster knows them), required, off.",
            DefaultValueFactory = _ => RecordKeeping.Auto,
            CustomParser = Choices.Parse<RecordKeeping>,
        };
        var prometheus = new Option<string?>("--prometheus")
        {
            Description = "Base URL of a Prometheus-compatible server that scrapes the pods, such as http://prometheus:9090.",
        };
        var scrape = new Option<bool>("--scrape") { Description = "Read the pods' own /metrics instead of a Prometheus." };
        var kubeconfig = new Option<string?>("--kubeconfig")
        {
            Description = "Kubeconfig file. Default: KUBECONFIG, the pod's own account inside a cluster, ~/.kube/config.",
        };
        var context = new Option<string?>("--context") { Description = "Context of the kubeconfig. Default: its current one." };
        var listen = new Option<string>("--listen")
        {
            Description = "Address of the status page, /healthz, /readyz and /metrics.",
            DefaultValueFactory = _ => "127.0.0.1:9464",
        };
        var ceiling = new Option<Autonomy>("--autonomy-ceiling")
        {
            Description = "The most that Guardrail may do by itself, whatever the policies say.",
            DefaultValueFactory = _ => Autonomy.Enforce,
            CustomParser = Choices.Parse<Autonomy>,
        };
        var backfill = new Option<TimeSpan>("--backfill")
        {
            Description = "How far back history is read from Prometheus at the start and after a gap.",
            DefaultValueFactory = _ => Daemon.Guarding.GuardLoopOptions.DefaultBackfill,
            CustomParser = Durations.Parse,
        };
        var admission = new AdmissionModeOptions();
        var storm = new StormOptions();
        var sidecar = new SidecarModeOptions();
        var election = new ElectionOptions();
        var notifications = new NotifyOptions();
        var logFormat = new Option<LogFormat>("--log-format")
        {
            Description = "text for people, json for machines.",
            DefaultValueFactory = _ => LogFormat.Text,
            CustomParser = Choices.Parse<LogFormat>,
        };
        var logLevel = new Option<LogEventLevel>("--log-level")
        {
            Description = "Least grave entries that are logged.",
            DefaultValueFactory = _ => LogEventLevel.Information,
            CustomParser = Choices.Parse<LogEventLevel>,
        };

        var command = new Command("run", "Runs the daemon: watches rollouts by the policies given and acts as they allow.")
        {
            policy, policies, namespaces, records, prometheus, scrape, kubeconfig, context, listen, ceiling, backfill, logFormat, logLevel,
        };
        admission.AddTo(command);
        storm.AddTo(command);
        sidecar.AddTo(command);
        election.AddTo(command);
        notifications.AddTo(command);
        command.Validators.Add(result => RequirePolicy(result, policy, policies, namespaces, sidecar));
        command.Validators.Add(result => RequireOneSource(result, prometheus, scrape, sidecar));
        command.SetAction((parsed, cancellationToken) => GuardrailHost.RunAsync(
            new DaemonOptions
            {
                PolicyPaths = parsed.GetValue(policy) ?? [],
                ClusterPolicies = parsed.GetValue(policies) == PolicyOrigin.Cluster,
                Namespaces = parsed.GetValue(namespaces) ?? [],
                Records = parsed.GetValue(records),
                PrometheusUrl = parsed.GetValue(prometheus),
                Scrape = parsed.GetValue(scrape) || (sidecar.IsSidecar(parsed.CommandResult) && parsed.GetValue(prometheus) is null),
                Sidecar = sidecar.Read(parsed),
                Kubeconfig = parsed.GetValue(kubeconfig),
                Context = parsed.GetValue(context),
                Listen = parsed.GetRequiredValue(listen),
                AutonomyCeiling = parsed.GetValue(ceiling),
                Backfill = parsed.GetValue(backfill),
                Admission = admission.Read(parsed),
                FleetLimit = storm.Read(parsed),
                LeaderElection = election.Read(parsed),
                Notifications = notifications.Read(parsed),
            },
            new LogOptions(parsed.GetValue(logFormat), parsed.GetValue(logLevel)),
            cancellationToken));
        return command;
    }

    private static void RequirePolicy(
        CommandResult result, Option<string[]> policy, Option<PolicyOrigin> policies, Option<string[]> namespaces, SidecarModeOptions sidecar)
    {
        var files = result.GetResult(policy) is not null;
        var cluster = result.GetValue(policies) == PolicyOrigin.Cluster;
        if (!files && !cluster && !sidecar.IsSidecar(result))
        {
            result.AddError("no policy is given: name a file or folder with --policy.");
        }
        else if (files && cluster)
        {
            result.AddError("--policy and --policies cluster exclude each other: policies come from files or from the cluster.");
        }
        else if (!cluster && result.GetResult(namespaces) is not null)
        {
            result.AddError("--namespace belongs to --policies cluster; a policy file names its namespace itself.");
        }
    }

    /// <summary>Where policies come from.</summary>
    private enum PolicyOrigin
    {
        /// <summary>Files.</summary>
        Files,

        /// <summary>GuardrailPolicy objects of the cluster.</summary>
        Cluster,
    }

    private static void RequireOneSource(CommandResult result, Option<string?> prometheus, Option<bool> scrape, SidecarModeOptions sidecar)
    {
        var both = result.GetResult(prometheus) is not null && result.GetResult(scrape) is not null;
        if (both || (result.GetResult(prometheus) is null && result.GetResult(scrape) is null && !sidecar.IsSidecar(result)))
        {
            result.AddError(both
                ? "--prometheus and --scrape exclude each other: name one source of metrics."
                : "no source of metrics is given: name one with --prometheus URL, or read the pods directly with --scrape.");
        }
    }
}

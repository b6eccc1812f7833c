using System.CommandLine;
using Guardrail.Cli.Output;
using Guardrail.Cli.Running;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;
using Guardrail.Reporting;

namespace Guardrail.Cli.OnCall;

/// <summary><c>guardrail status</c>: which rollouts are watched now, most urgent first.</summary>
internal static class StatusCommand
{
    private const string ClearScreen = "\u001b[H\u001b[2J";

    public static Command Create()
    {
        var connection = new ConnectionOptions();
        var watch = new Option<bool>("--watch", "-w") { Description = "Show it again at every --interval, until interrupted." };
        var interval = new Option<TimeSpan>("--interval")
        {
            Description = "Distance of two looks with --watch, 1s to 10m.",
            DefaultValueFactory = _ => TimeSpan.FromSeconds(2),
            CustomParser = Durations.Within("1s", "10m"),
        };
        var command = new Command("status", "Shows the rollouts that are watched now or ended within the hour, most urgent first.") { watch, interval };
        connection.AddTo(command, manyNamespaces: true);
        command.SetAction((parsed, cancellationToken) => OnCallRun.RunAsync(
            parsed, connection, OnCallRun.Reading,
            (reach, screen, token) => RunAsync(reach, screen, connection.Format(parsed), parsed.GetValue(watch) ? parsed.GetValue(interval) : null, token),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Reach reach, Screen screen, OutputFormat format, TimeSpan? interval, CancellationToken cancellationToken)
    {
        using var timer = interval is { } period ? new PeriodicTimer(period, reach.Time) : null;
        do
        {
            var report = await ReadAsync(reach, screen, cancellationToken);
            if (format != OutputFormat.Text)
            {
                if (interval is not null && format == OutputFormat.Yaml)
                {
                    await screen.Out.WriteLineAsync("---");
                }

                DataWriter.Write(screen.Out, report.Data(), format);
                continue;
            }

            if (interval is not null)
            {
                await screen.Out.WriteLineAsync(screen.Colour ? $"{ClearScreen}{Words.Moment(report.Now)}" : $"{Words.Moment(report.Now)}");
            }

            StatusText.Write(report, reach.Namespace, screen);
        }
        while (timer is not null && await NextAsync(timer, cancellationToken));
        return ExitCode.Ok;
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a watch ends.
            return false;
        }
    }

    private static async Task<StatusReport> ReadAsync(Reach reach, Screen screen, CancellationToken cancellationToken) => StatusReport.Of(
        await reach.Records.ListAllAsync(reach.Namespace, cancellationToken),
        await PoliciesAsync(reach, screen, cancellationToken),
        reach.Time.GetUtcNow());

    /// <summary>Policies may come from files, and whoever may read rollouts may not be allowed to read policies: that hides no rollout.</summary>
    private static async Task<IReadOnlyList<PolicyResource>?> PoliciesAsync(Reach reach, Screen screen, CancellationToken cancellationToken)
    {
        try
        {
            return await reach.Policies.ListAsync(reach.Namespace, cancellationToken);
        }
        catch (ApiException fault) when (fault.Code is 403 or 404)
        {
            if (fault.Code == 403)
            {
                await screen.Error.WriteLineAsync($"guardrail: the policies are not shown: {fault.Message.TrimEnd('.')}.");
            }

            return null;
        }
    }
}

using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Hosting;
using Guardrail.Engine.Policies;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>The daemon as <c>guardrail run</c> puts it together, in the test's process, with a recorder of its decisions.</summary>
internal sealed class GuardedDaemon : IAsyncDisposable
{
    /// <summary>Reports with counters from which it is known what is usual.</summary>
    public const int Prelude = 6;

    private static readonly HttpClient Http = new();
    private readonly GuardrailHost host;

    private GuardedDaemon(GuardrailHost host, DecisionRecorder decisions) => (this.host, Decisions) = (host, decisions);

    public DecisionRecorder Decisions { get; }

    /// <summary>Starts it on a shop; without a Prometheus it scrapes the pods.</summary>
    public static async Task<GuardedDaemon> StartAsync(
        TestShop shop, string policy, CancellationToken cancellationToken, Uri? prometheus = null, Autonomy ceiling = Autonomy.Enforce) =>
        await StartAsync(
            new DaemonOptions
            {
                PolicyPaths = [shop.Write("policy.yaml", policy)],
                PrometheusUrl = prometheus?.ToString(),
                Scrape = prometheus is null,
                Kubeconfig = shop.Kubeconfig,
                Listen = "127.0.0.1:0",
                AutonomyCeiling = ceiling,
            },
            cancellationToken);

    public static async Task<GuardedDaemon> StartAsync(
        DaemonOptions options, CancellationToken cancellationToken, params IDecisionListener[] listeners)
    {
        var recorder = new DecisionRecorder();
        return new(await GuardrailHost.StartAsync(options, log: null, [recorder, .. listeners], TimeProvider.System, cancellationToken), recorder);
    }

    /// <summary>Starts it with records kept, on a shop whose cluster has the definitions.</summary>
    public static async Task<GuardedDaemon> StartRecordingAsync(
        TestShop shop, string policy, CancellationToken cancellationToken, params IDecisionListener[] listeners) => await StartAsync(
            new DaemonOptions
            {
                PolicyPaths = [shop.Write("policy.yaml", policy)],
                Scrape = true,
                Kubeconfig = shop.Kubeconfig,
                Listen = "127.0.0.1:0",
                Records = RecordKeeping.Required,
            },
            cancellationToken,
            listeners);

    /// <summary>Starts it on a shop, and waits until it has read enough to know what is usual.</summary>
    /// <param name="shop">The shop.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="records">Whether it keeps records; the cluster must have the definitions.</param>
    public static async Task<GuardedDaemon> StartKnowingAsync(TestShop shop, string policy, CancellationToken cancellationToken, bool records = false)
    {
        var daemon = await (records ? StartRecordingAsync(shop, policy, cancellationToken) : StartAsync(shop, policy, cancellationToken));
        await daemon.Decisions.UntilToldAsync(Prelude, cancellationToken);
        return daemon;
    }

    /// <summary>Waits until it has taken a release back, the cluster shows it, and a few more reports have brought nothing more.</summary>
    public async Task TakenBackAsync(TestShop shop, CancellationToken cancellationToken)
    {
        await Decisions.UntilAppliedAsync(Engine.Decisions.DecisionKind.RollBack, cancellationToken);
        await shop.SettledAsync(cancellationToken);
        await Decisions.UntilToldAsync(3, cancellationToken);
    }

    /// <summary>Where it answers the API server's questions.</summary>
    public Uri AdmissionAddress => host.AdmissionAddress!;

    /// <summary>Waits until the API server trusts it.</summary>
    public Task AdmissionAsync(CancellationToken cancellationToken) => host.WaitForAdmissionAsync(cancellationToken);

    /// <summary>Waits until it has ended by itself.</summary>
    public Task<int> EndAsync(CancellationToken cancellationToken) => host.WaitAsync(cancellationToken);

    /// <summary>Asks one of its endpoints.</summary>
    public async Task<(int Status, string Text)> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await Http.GetAsync(new Uri(host.Address, path), cancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    public Task StopAsync(CancellationToken cancellationToken) => host.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        await host.DisposeAsync();
    }
}

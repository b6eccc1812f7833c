using System.Collections.Immutable;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Watching;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Kubernetes.Tests.Watching;

/// <summary>A watch on a scripted server under a clock that moves only when somebody waits.</summary>
internal sealed class WatchHarness : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource ending = new();
    private IAsyncEnumerator<ResourceChange<string>> changes = null!;
    private Task<bool>? next;

    private async Task<WatchHarness> BeginAsync(Action<ScriptedServer> script)
    {
        Server = await ScriptedServer.StartAsync();
        script(Server);
        var watch = new ResourceWatch<string>(
            Server.Connection.Api,
            new ResourcePath("apps", "v1", "things", "shop", "tier=web"),
            source => source.Field("metadata").Required("name") + "@" + source.Field("metadata").Text("resourceVersion"),
            new WatchOptions { TimeProvider = Clock, PageSize = 2, Seed = 7 });
        changes = watch.WatchAsync(ending.Token).GetAsyncEnumerator();
        return this;
    }

    public FakeTimeProvider Clock { get; } = new();

    public ScriptedServer Server { get; private set; } = null!;

    public static Task<WatchHarness> StartAsync(Action<ScriptedServer> script) => new WatchHarness().BeginAsync(script);

    /// <summary>The next message of the watch, with the clock standing still.</summary>
    public async Task<ResourceChange<string>> NextAsync()
    {
        Assert.That(await Begin().WaitAsync(Patience), Is.True);
        next = null;
        return changes.Current;
    }

    /// <summary>The next message of the watch; the clock moves on by <paramref name="step"/> until it comes.</summary>
    public async Task<ResourceChange<string>> NextInTimeAsync(TimeSpan step)
    {
        await MoveUntilAsync(Begin(), step);
        return await NextAsync();
    }

    /// <summary>The next request of the watch, which goes on meanwhile; the clock moves on until it comes.</summary>
    /// <returns>The request and how long it took on the clock.</returns>
    public async Task<(string Request, TimeSpan After)> RequestInTimeAsync(TimeSpan step)
    {
        _ = Begin();
        var start = Clock.GetUtcNow();
        var request = Server.RequestAsync().AsTask();
        await MoveUntilAsync(request, step);
        return (await request, Clock.GetUtcNow() - start);
    }

    /// <summary>The next request, with the clock standing still.</summary>
    public async Task<string> RequestAsync()
    {
        _ = Begin();
        return await Server.RequestAsync().AsTask().WaitAsync(Patience);
    }

    public static ImmutableArray<string> Items(ResourceChange<string> change) => ((ResourceChange<string>.Snapshot)change).Items;

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        if (next is not null)
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await changes.DisposeAsync();
        await Server.DisposeAsync();
        ending.Dispose();
    }

    private Task<bool> Begin() => next ??= changes.MoveNextAsync().AsTask();

    private Task MoveUntilAsync(Task task, TimeSpan step) => Moving.UntilAsync(Clock, task, step);
}

using System.Collections.Concurrent;
using System.Threading.Channels;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Controllers.Loop;

/// <summary>
/// Runs the controllers: takes every change of the store into an index, keeps one entry per object that is to be looked at, and works
/// through the entries one at a time. Sleeps when there is nothing to do. With a virtual clock, <see cref="Step"/> drives it by hand.
/// </summary>
internal sealed class ControllerLoop : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(10);

    /// <summary>What the controllers work on; owners before what they own.</summary>
    private static readonly ResourceType[] Watched =
    [
        ResourceTypes.Nodes, ResourceTypes.Deployments, ResourceTypes.StatefulSets, ResourceTypes.DaemonSets, ResourceTypes.ReplicaSets,
        ResourceTypes.ControllerRevisions, ResourceTypes.Pods,
    ];

    private readonly ConcurrentQueue<StoreEvent> changes = new();
    private readonly ConcurrentQueue<Action> posted = new();
    private readonly Channel<byte> signal = Channel.CreateBounded<byte>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly List<IController> controllers = [];
    private readonly Queue<Work> queue = new();
    private readonly HashSet<Work> queued = [];
    private readonly PriorityQueue<Work, (DateTimeOffset Due, long Order)> later = new();
    private readonly Dictionary<Work, TimeSpan> retries = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly ITimer alarm;
    private readonly IDisposable subscription;
    private Task running = Task.CompletedTask;
    private long order;

    public ControllerLoop(ObjectStore store, TimeProvider time)
    {
        (Store, Time) = (store, time);
        alarm = time.CreateTimer(_ => signal.Writer.TryWrite(0), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        subscription = store.Subscribe(Note);
    }

    public ObjectStore Store { get; }

    public TimeProvider Time { get; }

    public ObjectIndex Index { get; } = new();

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Ends when the loop was stopped, or faults when a controller broke.</summary>
    public Task Completion => running;

    public void Add(IController controller) => controllers.Add(controller);

    /// <summary>Takes in the objects that are in the store already. Called once, after the controllers were added.</summary>
    public void TakeStock()
    {
        foreach (var type in Watched)
        {
            foreach (var item in Store.List(type).Items)
            {
                Take(new StoreEvent(type, StoreChange.Added, item, null, Kube.Version(item)));
            }
        }
    }

    public void Start()
    {
        TakeStock();
        running = Task.Run(RunAsync);
    }

    /// <summary>Puts an object on the list of what is to be looked at.</summary>
    public void Enqueue(IController controller, ObjectKey key)
    {
        var work = new Work(controller, key);
        if (queued.Add(work))
        {
            queue.Enqueue(work);
        }
    }

    /// <summary>Has an object looked at later.</summary>
    public void EnqueueAfter(IController controller, ObjectKey key, TimeSpan delay) =>
        later.Enqueue(new Work(controller, key), (Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero), order++));

    /// <summary>Runs an action on the loop, between two objects.</summary>
    public void Post(Action action)
    {
        posted.Enqueue(action);
        signal.Writer.TryWrite(0);
    }

    /// <summary>Works through everything that is due.</summary>
    /// <returns>When something will be due next; null when nothing waits.</returns>
    public DateTimeOffset? Step()
    {
        while (true)
        {
            Absorb();
            while (later.TryPeek(out var due, out var at) && at.Due <= Now)
            {
                later.Dequeue();
                Enqueue(due.Controller, due.Key);
            }

            if (!queue.TryDequeue(out var work))
            {
                return later.TryPeek(out _, out var next) ? next.Due : null;
            }

            queued.Remove(work);
            Sync(work);
        }
    }

    public async ValueTask DisposeAsync()
    {
        subscription.Dispose();
        await stopping.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // Stopped as asked.
        }

        await alarm.DisposeAsync();
        stopping.Dispose();
    }

    private void Note(StoreEvent change)
    {
        if (Watched.Contains(change.Type))
        {
            changes.Enqueue(change);
            signal.Writer.TryWrite(0);
        }
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            if (Step() is { } next)
            {
                var wait = next - Now;
                alarm.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }

            await signal.Reader.ReadAsync(stopping.Token);
        }
    }

    private void Absorb()
    {
        while (posted.TryDequeue(out var action))
        {
            action();
        }

        while (changes.TryDequeue(out var change))
        {
            Take(change);
        }
    }

    private void Take(StoreEvent change)
    {
        Index.Apply(change);
        foreach (var controller in controllers)
        {
            controller.Observe(change, this);
        }
    }

    private void Sync(Work work)
    {
        try
        {
            work.Controller.Sync(work.Key, this);
            retries.Remove(work);
        }
        catch (ApiException)
        {
            // A lost race or a refused write: look again a little later, as the real work queues do.
            var delay = retries.GetValueOrDefault(work, FirstRetry);
            retries[work] = delay * 2 < LastRetry ? delay * 2 : LastRetry;
            EnqueueAfter(work.Controller, work.Key, delay);
        }
    }

    private readonly record struct Work(IController Controller, ObjectKey Key);
}

using Guardrail.Kubernetes.Leases;

namespace Guardrail.Kubernetes.Tests.Live;

/// <summary>Two electors on a real API server.</summary>
[Explicit("Needs a cluster: set GUARDRAIL_TEST_KUBECONFIG to its kubeconfig (administrator).")]
[Category("Cluster")]
[CancelAfter(60_000)]
public sealed class RealLeaseTests
{
    private static readonly LeaseTimings Short = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(500));

    [Test]
    public async Task One_of_two_leads_and_the_other_takes_over_when_the_lease_is_given_back(CancellationToken cancellationToken)
    {
        await using var live = await LiveSpace.StartAsync();
        await using var first = await Elector(live, "one", _ => { }).AcquireAsync(cancellationToken);
        var standing = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = Elector(live, "two", told =>
        {
            if (told is LeaseEvent.StandingBy by)
            {
                standing.TrySetResult(by.Holder);
            }
        }).AcquireAsync(cancellationToken);

        Assert.That(await standing.Task.WaitAsync(cancellationToken), Is.EqualTo("one"));
        Assert.That((first.IsValid, second.IsCompleted), Is.EqualTo((true, false)));
        await first.DisposeAsync();
        await using var taken = await second;
        Assert.That((first.IsValid, taken.IsValid), Is.EqualTo((false, true)));
        Assert.That(await SpecAsync(live), Is.EqualTo(("two", 1)));
    }

    [Test]
    public async Task One_that_dies_is_followed_after_its_lease_has_run_out_and_not_before(CancellationToken cancellationToken)
    {
        await using var live = await LiveSpace.StartAsync();
        var name = $"apis/coordination.k8s.io/v1/namespaces/{live.Name}/leases";
        var now = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", System.Globalization.CultureInfo.InvariantCulture);
        await live.PostAsync(name, $$"""
            {"metadata":{"name":"guardrail"},"spec":{"holderIdentity":"dead","leaseDurationSeconds":3,"acquireTime":"{{now}}","renewTime":"{{now}}","leaseTransitions":4} }
            """);
        var began = TimeProvider.System.GetTimestamp();
        await using var held = await Elector(live, "two", _ => { }).AcquireAsync(cancellationToken);
        Assert.That(TimeProvider.System.GetElapsedTime(began).TotalSeconds, Is.InRange(2.9, 10));
        Assert.That(await SpecAsync(live), Is.EqualTo(("two", 5)));
    }

    private static LeaseElector Elector(LiveSpace live, string identity, Action<LeaseEvent> observe) => new(live.Api, new LeaseElectorOptions
    {
        Lease = new(live.Name, "guardrail"),
        Identity = identity,
        TimeProvider = TimeProvider.System,
        Timings = Short,
        Observe = observe,
    });

    private static async Task<(string? Holder, int Transitions)> SpecAsync(LiveSpace live)
    {
        var spec = (await live.GetAsync($"apis/coordination.k8s.io/v1/namespaces/{live.Name}/leases/guardrail"))["spec"]!;
        return ((string?)spec["holderIdentity"], (int)spec["leaseTransitions"]!);
    }
}

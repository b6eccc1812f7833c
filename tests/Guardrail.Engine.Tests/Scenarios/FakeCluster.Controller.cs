namespace Guardrail.Engine.Tests.Scenarios;

/// <content>What happens by itself: traffic, and what the controller does.</content>
internal sealed partial class FakeCluster
{
    private void Serve(TimeSpan time)
    {
        var serving = Serving.ToList();
        foreach (var pod in serving)
        {
            var requests = Sampling.Poisson(random, RequestsPerSecond * time.TotalSeconds / serving.Count);
            pod.Requests += requests;
            pod.Errors += Sampling.Binomial(random, requests, Math.Max(Dependency, broken.GetValueOrDefault(pod, pod.Release.ErrorRate)));
            var (slower, share) = (requests, 1.0);
            for (var edge = 0; edge < Edges.Length; edge++)
            {
                slower = Sampling.Binomial(random, slower, pod.Release.Slower[edge] / share);
                share = pod.Release.Slower[edge];
                pod.Slower[edge] += slower;
            }
        }
    }

    private void Reconcile()
    {
        foreach (var pod in pods)
        {
            pod.Restarts += pod.Release.CrashLoops ? 1 : 0;
            if (pod.ReadySince is null && !HoldBackReadiness && pod is { Release.CrashLoops: false, Release.NeverReady: false })
            {
                (pod.ReadySince, progressAt) = (Now, Now);
            }
        }

        if (Paused)
        {
            return;
        }

        var at = revisions.FindIndex(r => r.Release == template);
        var next = revisions.Select(r => r.Number).DefaultIfEmpty().Max() + 1;
        if (at < 0)
        {
            revisions.Add((template, next, false));
            progressAt = Now;
        }
        else if (revisions[at].Number != next - 1)
        {
            revisions[at] = revisions[at] with { Number = next };
            progressAt = Now;
        }

        RollOn();
    }

    private void RollOn()
    {
        var batch = pods.Count == 0 ? Replicas : Math.Max(1, Replicas / 4);
        if (Recreate && pods.Exists(p => p.Release != template))
        {
            pods.Clear();
            return;
        }

        // Old pods go as new ones stand in for them; what never was ready goes first.
        var excess = pods.Count(p => p.ReadySince is not null) - Replicas;
        foreach (var pod in pods.Where(p => p.Release != template).OrderBy(p => p.ReadySince is not null).ToList())
        {
            if (pod.ReadySince is null || excess-- > 0)
            {
                pods.Remove(pod);
            }
        }

        while (pods.Count > Replicas && pods.TrueForAll(p => p.Release == template))
        {
            pods.RemoveAt(pods.Count - 1);
        }

        if (PodsOf(template.Hash) > 0 && ++stepsSinceBatch < StepsPerBatch)
        {
            return;
        }

        stepsSinceBatch = 0;
        for (var i = 0; i < batch && PodsOf(template.Hash) < Replicas && pods.Count < Replicas + batch; i++)
        {
            pods.Add(new FakePod($"checkout-{template.Hash}-{++podsMade}", template, Now));
        }
    }
}

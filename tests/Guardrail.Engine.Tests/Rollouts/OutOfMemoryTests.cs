using Guardrail.Engine.Decisions;
using Guardrail.Engine.Tests.Detectors;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>Pods of the new revision that the kernel kills for want of memory.</summary>
public sealed class OutOfMemoryTests
{
    [TestCase(1, 0, false)]
    [TestCase(2, 0, true)]
    [TestCase(2, 1, false)]
    public void Two_new_pods_suffice_if_no_old_one_did(int young, int old, bool isBad)
    {
        var town = new Town();
        var shop = town.Open("checkout", 7);
        town.Run(60);
        town.Roll(shop, "v2", old: 7, young: 3);
        town.Run(12);
        foreach (var pod in shop.Pods.Where(p => p.Number < (p.IsNew ? young : old)))
        {
            (pod.Restarts, pod.OutOfMemoryKills) = (1, 1);
        }

        town.Show(shop);

        Assert.That(town.Decisions.Exists(d => d.Kind == DecisionKind.RollBack), Is.EqualTo(isBad));
        Assert.That(!isBad || town.Decisions[^1].Reason.Contains("2 of 3 pods of v2 ran out of memory, none of another revision did", StringComparison.Ordinal));
    }
}

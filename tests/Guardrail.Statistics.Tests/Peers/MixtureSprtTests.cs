namespace Guardrail.Statistics.Tests;

public sealed class MixtureSprtTests
{
    // Python, mpmath: log(sqrt(V/(V+tau**2))) + tau**2*d**2/(2*V*(V+tau**2))
    [Test]
    public void Equals_the_reference()
    {
        Assert.That(MixtureSprt.LogEvidence(.03, .0004, .01), Is.EqualTo(.113428224342895).Within(1e-12));
        var variance = .025 * .975 * ((1 / 900.0) + (1 / 300.0)); // pooled rate 30/1200
        var evidence = MixtureSprt.LogEvidence(new TwoArmTally(900, 300, 9, 21), .01);
        Assert.That(evidence, Is.EqualTo(MixtureSprt.LogEvidence(.06, variance, .01)).Within(1e-12));
        Assert.That(MixtureSprt.LogEvidence(new TwoArmTally(900, 0, 9, 0), .01), Is.Zero);
    }
}

namespace Guardrail.Cli.Simulate;

/// <summary>Writes a scenario to begin with.</summary>
internal static class StarterScenario
{
    /// <summary>The scenario.</summary>
    public const string Text = """
        # Tell the story here: what happened, to whom, and what Guardrail should have made of it.
        apiVersion: guardrail.dev/v1alpha1
        kind: Scenario
        name: incident
        title: A release of checkout answers every twentieth request with an error
        duration: 30m                 # virtual time; it takes less than a second
        services:
          frontend:
            pods: 6
            traffic: 200/s            # from outside; what it calls gets its share by itself
            calls: [checkout]
          checkout:
            pods: 10
            errors: 0.1%              # the usual ones
            latency: 80ms             # median
        rollouts:
          - service: checkout
            at: 10m
            by: agent                 # or human
            faults:                   # leave out for a good release
              - fault: errors         # or slowLeak, slower, slowTail, timeouts, crashLoop, neverReady, outOfMemory, ...
                rate: 5%
                after: 0s
        # faults:                     # what happens whatever revision serves
        #   - {fault: dependencyOutage, service: checkout, at: 12m, for: 5m, share: 50%}
        #   - {fault: metricsLost, at: 12m, for: 5m}
        policy:                       # the spec of a GuardrailPolicy, or the name of a policy file: policy: shop.yaml
          autonomy: Enforce
          pacing: {enabled: true}
        expect:                       # guardrail simulate fails when this does not come true
          rollouts:
            - {service: checkout, verdict: Regressed, action: RollBack, within: 60s}
          untouched: [frontend]

        """;

    /// <summary>Writes it to a new file.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.CreateNew);
            using var writer = new StreamWriter(stream);
            writer.Write(Text);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine(File.Exists(path)
                ? $"guardrail: {path} is there already; give --init another name."
                : $"guardrail: {path} cannot be written: {fault.Message.TrimEnd('.')}.");
            return ExitCode.CannotStart;
        }

        Console.Out.WriteLine($"wrote {path}; play it with {InvokedAs.Current} simulate {path}");
        return ExitCode.Ok;
    }
}

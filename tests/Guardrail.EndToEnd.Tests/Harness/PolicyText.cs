using System.Globalization;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>Policies as a user writes them, with times that keep tests short.</summary>
internal static class PolicyText
{
    /// <summary>A policy for the workloads of a kind in a namespace that are labelled <c>app: checkout</c>.</summary>
    public static string For(
        string ns, string autonomy = "Enforce", int bakeSeconds = 8, int stepSeconds = 4, int blindSeconds = 3, string signals = "preset: http",
        bool pacing = true, string kind = "Deployment") =>
        string.Create(CultureInfo.InvariantCulture, $$"""
            apiVersion: guardrail.dev/v1alpha1
            kind: GuardrailPolicy
            metadata:
              name: test
              namespace: {{ns}}
            spec:
              workloads:
                kinds: [{{kind}}]
                selector:
                  matchLabels:
                    app: checkout
              signals:
                - {{signals}}
              tick: 1s
              bake: {{bakeSeconds}}s
              blindBudget: {{blindSeconds}}s
              autonomy: {{autonomy}}
              pacing:
                enabled: {{(pacing ? "true" : "false")}}
                stepDuration: {{stepSeconds}}s

            """);
}

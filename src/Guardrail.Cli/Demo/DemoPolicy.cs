namespace Guardrail.Cli.Demo;

/// <summary>The policy of the demo, as a user would write it; only its times are shorter than one would choose for a real shop.</summary>
internal static class DemoPolicy
{
    public const string Text = """
        apiVersion: guardrail.dev/v1alpha1
        kind: GuardrailPolicy
        metadata:
          name: shop
          namespace: shop
        spec:
          signals:
            - preset: http
          falseRollbackBudget: 0.001
          tick: 5s
          bake: 20s
          autonomy: Enforce
          pacing:
            stepDuration: 10s
        """;
}

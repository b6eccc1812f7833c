using System.CommandLine;

namespace Guardrail.Cli.Policies;

/// <summary><c>guardrail policy</c>.</summary>
internal static class PolicyCommand
{
    public static Command Create() => new("policy", "Works on policies.") { PolicyCheckCommand.Create() };
}

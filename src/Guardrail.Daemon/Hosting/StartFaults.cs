using Guardrail.Kubernetes.Connection;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Guardrail.Daemon.Hosting;

/// <summary>Tells faults of the input from faults of the program.</summary>
internal static class StartFaults
{
    /// <summary>The fault in one sentence that says how to mend it; null when it is no fault of the input.</summary>
    public static string? Describe(Exception fault, DaemonOptions options) => fault switch
    {
        ConfigurationException configuration => configuration.Message,
        // The validator puts the property's name before each sentence; people know the option's, which the sentence holds.
        OptionsValidationException validation => string.Join(' ', validation.Failures.Select(f => f[(f.IndexOf(": ", StringComparison.Ordinal) + 2)..])),
        IOException { InnerException: AddressInUseException } => $"{options.Listen} is taken by another program; name another address with --listen.",
        System.Net.Sockets.SocketException socket => $"{options.Listen} cannot be listened on: {socket.Message}; name another address with --listen.",
        _ => null,
    };
}

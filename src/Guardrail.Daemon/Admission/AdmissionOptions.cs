namespace Guardrail.Daemon.Admission;

/// <summary>Whether and where the API server's questions are answered.</summary>
public sealed class AdmissionOptions
{
    /// <summary>Name of the ValidatingWebhookConfiguration unless something else is said.</summary>
    public const string DefaultConfiguration = "guardrail";

    /// <summary>Address of the endpoint, over TLS; null, the default, answers nothing. Port 0 picks a free one.</summary>
    public string? Listen { get; init; }

    /// <summary>
    /// Name of the ValidatingWebhookConfiguration through which the API server asks; its <c>caBundle</c> is kept up to date. Default <c>guardrail</c>.
    /// </summary>
    public string Configuration { get; init; } = DefaultConfiguration;
}

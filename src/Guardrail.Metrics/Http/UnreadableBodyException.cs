using System.Diagnostics.CodeAnalysis;

namespace Guardrail.Metrics.Http;

/// <summary>A body that is not what was asked for.</summary>
[SuppressMessage("Design", "CA1064", Justification = "It never leaves the assembly: every fault becomes a reason.")]
internal class UnreadableBodyException(string message) : Exception(message);

/// <summary>A body larger than its limit.</summary>
[SuppressMessage("Design", "CA1064", Justification = "It never leaves the assembly: every fault becomes a reason.")]
internal sealed class BodyTooLargeException(long limit) : UnreadableBodyException($"the body is larger than the limit of {limit} bytes");

/// <summary>A body that ended in the middle.</summary>
[SuppressMessage("Design", "CA1064", Justification = "It never leaves the assembly: every fault becomes a reason.")]
internal sealed class BodyTruncatedException(string message) : UnreadableBodyException(message);

namespace Guardrail.Detection.Recorded;

/// <summary>Recorded data that cannot be read; the message says in one sentence what is wrong, where, and what is wanted.</summary>
public sealed class RecordedDataException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence for people.</param>
    public RecordedDataException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception from what caused it.</summary>
    /// <param name="message">One sentence for people.</param>
    /// <param name="inner">What caused it.</param>
    public RecordedDataException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

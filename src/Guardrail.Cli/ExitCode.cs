namespace Guardrail.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>All went as it should.</summary>
    public const int Ok = 0;

    /// <summary>It ran, and the answer is no: a demo or check did not go as it should.</summary>
    public const int Failed = 1;

    /// <summary>The input is wrong or it cannot start; nothing was done.</summary>
    public const int CannotStart = 2;

    /// <summary>It stopped by a fault of its own.</summary>
    public const int Crashed = 3;

    /// <summary>It lost the lead; another instance may act, and this one must be started again to stand by.</summary>
    public const int LeaseLost = 4;

    /// <summary>A request was written, but no daemon answered it in time; it is carried out as soon as one runs.</summary>
    public const int NoAnswer = 5;
}

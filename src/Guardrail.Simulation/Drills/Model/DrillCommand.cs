namespace Guardrail.Simulation.Drills;

/// <summary>What a participant says or does. Closed.</summary>
public abstract record DrillCommand
{
    private DrillCommand()
    {
    }

    /// <summary>As it is typed, such as <c>rollback checkout</c>.</summary>
    public abstract string Words { get; }

    /// <summary>The service that it is about; null when it is about none or about the last one rolled out.</summary>
    public string? Service => this switch
    {
        Hold hold => hold.Of,
        Resume resume => resume.Of,
        RollBack back => back.Of,
        Approve approve => approve.Of,
        Ask ask => ask.Of,
        _ => null,
    };

    /// <summary>Tells what is seen: a service, a symptom, or both.</summary>
    /// <param name="Text">In the participant's words.</param>
    public sealed record See(string Text) : DrillCommand
    {
        /// <inheritdoc/>
        public override string Words => $"see {Text}";
    }

    /// <summary>Pauses a rollout.</summary>
    /// <param name="Of">Whose.</param>
    public sealed record Hold(string Of) : DrillCommand
    {
        /// <inheritdoc/>
        public override string Words => $"hold {Of}";
    }

    /// <summary>Lets a paused rollout go on.</summary>
    /// <param name="Of">Whose.</param>
    public sealed record Resume(string Of) : DrillCommand
    {
        /// <inheritdoc/>
        public override string Words => $"resume {Of}";
    }

    /// <summary>Goes back to another revision.</summary>
    /// <param name="Of">Of which service.</param>
    /// <param name="To">Which; null for the one before the last rollout.</param>
    public sealed record RollBack(string Of, string? To) : DrillCommand
    {
        /// <inheritdoc/>
        public override string Words => To is null ? $"rollback {Of}" : $"rollback {Of} {To}";
    }

    /// <summary>Says that a rollout is good, and lets it go on if it is paused.</summary>
    /// <param name="Of">Whose; null for the one that was rolled out last.</param>
    public sealed record Approve(string? Of) : DrillCommand
    {
        /// <inheritdoc/>
        public override string Words => Of is null ? "approve" : $"approve {Of}";
    }

    /// <summary>Calls somebody.</summary>
    /// <param name="Whom">Whom, in the participant's words.</param>
    public sealed record Page(string Whom) : DrillCommand
    {
        /// <inheritdoc/>
        public override string Words => $"page {Whom}";
    }

    /// <summary>Asks what Guardrail believes.</summary>
    /// <param name="Of">Of which service; null for all that change.</param>
    public sealed record Ask(string? Of) : DrillCommand
    {
        /// <inheritdoc/>
        public override string Words => Of is null ? "ask" : $"ask {Of}";
    }
}

/// <summary>A command and when and by whom it came.</summary>
/// <param name="At">When, since the drill began; to the millisecond.</param>
/// <param name="By">Who.</param>
/// <param name="Command">What.</param>
public sealed record DrillStep(TimeSpan At, string By, DrillCommand Command);

using System.Net;

namespace Guardrail.Simulation.Pods;

/// <summary>What a pod of a drill needs to know.</summary>
public sealed record DrillPodOptions
{
    /// <summary>The command of Guardrail's own image that runs such a pod.</summary>
    public const string Command = "drill-pod";

    /// <summary>Environment variable of the token.</summary>
    public const string TokenVariable = "GUARDRAIL_DRILL_TOKEN";

    /// <summary>Environment variable of the pod's namespace.</summary>
    public const string NamespaceVariable = "POD_NAMESPACE";

    /// <summary>Where it listens. Default <c>0.0.0.0:8080</c>; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Any, 8080);

    /// <summary>The secret that orders must bring along; not empty.</summary>
    public required string Token { get; init; }

    /// <summary>Namespace that is drilled, for people who ask the pod what it is.</summary>
    public string Namespace { get; init; } = "NAMESPACE";

    /// <summary>Service that it plays, for people; empty when that is not known.</summary>
    public string Service { get; init; } = "";

    /// <summary>Revision that it plays, for people; empty when that is not known.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Ends the process as ordered. Called once, after the orders have been answered.</summary>
    public required Action<DrillExit> Exit { get; init; }

    /// <summary>The clock by which orders grow old. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

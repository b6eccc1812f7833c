using System.Collections.Immutable;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Guarding;

/// <summary>The policy's signals, as one workload shows them.</summary>
internal sealed class SignalTracks(SignalTrack[] tracks)
{
    public SignalTracks(GuardPolicy policy)
        : this([.. policy.Signals.Select(s => new SignalTrack(s))])
    {
    }

    public SignalTrack[] All => tracks;

    /// <summary>The signal that counts the requests; null when none does.</summary>
    public SignalTrack? Traffic
    {
        get
        {
            SignalTrack? latency = null;
            foreach (var track in tracks)
            {
                if (track.Signal is SignalDefinition.ErrorRate)
                {
                    return track;
                }

                latency ??= track.Signal is SignalDefinition.Latency ? track : null;
            }

            return latency;
        }
    }

    /// <summary>Why no signal tells anything now; null while at least one does.</summary>
    public string? Gap
    {
        get
        {
            foreach (var track in tracks)
            {
                if (track.Gap is null)
                {
                    return null;
                }
            }

            return tracks.Length == 0 ? "the policy names no signal" : tracks[0].Gap;
        }
    }

    /// <summary>The track of a signal; null when the policy does not name it.</summary>
    public SignalTrack? Of(SignalId signal)
    {
        foreach (var track in tracks)
        {
            if (track.Signal.Id == signal)
            {
                return track;
            }
        }

        return null;
    }

    /// <summary>Takes over the counters of one pod.</summary>
    public void Read(SignalReport.Counters report, PodReading reading, PodView? pod)
    {
        var track = Of(report.Signal);
        track?.UseEdges(report);
        track?.Read(reading, pod?.CreatedAt);
    }

    /// <summary>Drops the counters of a pod.</summary>
    public void Forget(PodId pod)
    {
        foreach (var track in tracks)
        {
            track.Ledger.Forget(pod);
        }
    }

    public ImmutableArray<SignalTrackState> Capture() => [.. tracks.Select(t => t.Capture())];

    /// <summary>Goes on with those signals of a snapshot that the policy still names.</summary>
    public static SignalTracks Restore(ImmutableArray<SignalTrackState> states, GuardPolicy policy) => new([.. policy.Signals.Select(s => From(states, s))]);

    private static SignalTrack From(ImmutableArray<SignalTrackState> states, SignalDefinition signal)
    {
        foreach (var state in states)
        {
            if (state.Signal == signal.Id)
            {
                return SignalTrack.Restore(state, signal);
            }
        }

        return new(signal);
    }
}

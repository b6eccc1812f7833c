using System.Globalization;
using Guardrail.Cli.Output;
using Guardrail.Daemon.Status;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>Writes a request into a record and waits for the daemon's answer.</summary>
internal sealed class RequestWait(Reach reach, Screen screen, RequestVerb verb, TimeSpan timeout)
{
    private static readonly TimeSpan Rhythm = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks the person at the terminal; false for anything but yes.</summary>
    public bool Confirm(GuardedRollout record)
    {
        var evidence = record.Status?.Evidence is { } known ? $" (evidence against it {RecordWords.Numbers(known)} nats)" : "";
        screen.Error.Write(
            $"Roll {record.Metadata.Namespace}/{record.Spec.Workload.Name} back from {record.Spec.To}{evidence} to {record.Spec.From}? [y/N] ");
        return screen.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>Asks the daemon.</summary>
    public async Task<RequestResult> AskAsync(GuardedRollout record, RolloutRequest request, CancellationToken cancellationToken)
    {
        if (record.Spec.Request is { } earlier && record.Status?.Request?.Id != earlier.Id)
        {
            await screen.Error.WriteLineAsync(
                $"The {earlier.Action} that {earlier.By ?? "somebody"} asked for was not answered yet; this request takes its place.");
        }

        var asked = reach.Time.GetTimestamp();
        record = await reach.Records.AskAsync(record, request, cancellationToken);
        await screen.Error.WriteLineAsync($"Asked for in {record.Metadata.Name}; waiting for the daemon ...");
        using var timer = new PeriodicTimer(Rhythm, reach.Time);
        var problem = (string?)null;
        while (reach.Time.GetElapsedTime(asked) < timeout)
        {
            try
            {
                await timer.WaitForNextTickAsync(cancellationToken);
                if (await reach.Records.ReadAsync(record.Metadata.Namespace, record.Metadata.Name, cancellationToken) is not { } now)
                {
                    return Refused(record, request, null, "the record was deleted while the answer was waited for");
                }

                problem = null;
                if (Answered(now, request) is { } result)
                {
                    return result;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return NotAnswered(record, request, "You stopped waiting");
            }
            catch (Exception fault) when (ApiFaults.IsOne(fault))
            {
                // The request stands in the record already: what fails here is only looking for the answer.
                problem = ApiFaults.Describe(fault, RecordStore.RequestLimit);
            }
        }

        return NotAnswered(record, request, Late(problem));
    }

    private string Late(string? problem)
    {
        var limit = timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
        return problem is null ? $"No daemon answered within {limit} s" : $"The answer could not be read within {limit} s ({problem.TrimEnd('.')})";
    }

    private RequestResult? Answered(GuardedRollout now, RolloutRequest request)
    {
        if (now.Status?.Request is { } answer && answer.Id == request.Id && answer.State != RequestState.Accepted)
        {
            return answer.State == RequestState.Done
                ? new(now, request, answer, $"{Place(now)}: {answer.Message}", ExitCode.Ok)
                : Refused(now, request, answer, answer.Message);
        }

        return now.Spec.Request?.Id == request.Id
            ? null
            : Refused(now, request, null, $"a newer request of {now.Spec.Request?.By ?? "somebody"} took the place of this one before it was carried out");
    }

    private RequestResult Refused(GuardedRollout record, RolloutRequest request, RequestAnswer? answer, string why) =>
        new(record, request, answer, $"{verb.Name} of {Place(record)} was refused: {why.TrimEnd('.')}.", ExitCode.Failed);

    private static RequestResult NotAnswered(GuardedRollout record, RolloutRequest request, string why) => new(
        record, request, null,
        $"{why}: the request stands, and is carried out if within {RequestAge.Limit.TotalMinutes:0} min a daemon runs that keeps records and guards {record.Metadata.Namespace}; take it back with "
        + $"kubectl patch {GuardedRollout.Plural} {record.Metadata.Name} -n {record.Metadata.Namespace} --type merge -p '{{\"spec\":{{\"request\":null}}}}'.",
        ExitCode.NoAnswer);

    private static string Place(GuardedRollout record) => RecordFacts.Workload(record, withNamespace: true);
}

using System.CommandLine;
using System.Globalization;
using Guardrail.Cli.Running;

namespace Guardrail.Cli.Installing;

/// <summary><c>guardrail ready</c>: whether a running daemon can do its work, for scripts and <c>helm test</c>.</summary>
internal static class ReadyCommand
{
    private const long LongestAnswer = 64 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Rhythm = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var address = new Argument<string>("address") { Description = "Where it listens, such as http://guardrail:9464." };
        var within = new Option<TimeSpan>("--within")
        {
            Description = "Ask again for so long until it can, up to 10m: one that has just become the leader has yet to list the workloads. Default: ask once.",
            CustomParser = Durations.Within("0s", "10m"),
        };
        var command = new Command("ready", "Asks a running daemon whether it can do its work; exit code 1 when it cannot.") { address, within };
        command.SetAction((parsed, cancellationToken) =>
            AskAsync(parsed.GetRequiredValue(address), parsed.GetValue(within), TimeProvider.System, Console.Out, Console.Error, cancellationToken));
        return command;
    }

    /// <summary>Asks until it can, or the time is over; what is written is the last answer.</summary>
    internal static async Task<int> AskAsync(
        string address, TimeSpan within, TimeProvider time, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address.TrimEnd('/') + "/readyz", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            await error.WriteLineAsync($"guardrail: '{address}' is no address; write it as http://HOST:PORT.");
            return ExitCode.CannotStart;
        }

        using var http = new HttpClient { Timeout = Limit, MaxResponseContentBufferSize = LongestAnswer };
        using var timer = new PeriodicTimer(Rhythm, time);
        var began = time.GetTimestamp();
        Answer answer;
        do
        {
            answer = await AskOnceAsync(http, uri, cancellationToken);
        }
        while (!answer.IsReady && time.GetElapsedTime(began) < within && await timer.WaitForNextTickAsync(cancellationToken));

        await (answer.IsFault ? error : output).WriteAsync(answer.Text.AsMemory(), cancellationToken);
        return answer.IsReady ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<Answer> AskOnceAsync(HttpClient http, Uri uri, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(uri, cancellationToken);
            return new(answer.IsSuccessStatusCode, IsFault: false, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException fault)
        {
            return new(false, IsFault: true, $"guardrail: {uri} does not answer: {fault.Message.TrimEnd('.')}.\n");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(false, IsFault: true, string.Create(CultureInfo.InvariantCulture, $"guardrail: {uri} did not answer within {Limit.TotalSeconds:0} s.\n"));
        }
    }

    /// <summary>What came of asking.</summary>
    /// <param name="IsReady">Whether the daemon can do its work.</param>
    /// <param name="IsFault">Whether it could not be asked.</param>
    /// <param name="Text">What to tell.</param>
    private readonly record struct Answer(bool IsReady, bool IsFault, string Text);
}

using System.CommandLine;
using System.Globalization;

namespace Guardrail.Cli.Installing;

/// <summary><c>guardrail ready</c>: whether a running daemon can do its work, for scripts and <c>helm test</c>.</summary>
internal static class ReadyCommand
{
    private const long LongestAnswer = 64 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var address = new Argument<string>("address") { Description = "Where it listens, such as http://guardrail:9464." };
        var command = new Command("ready", "Asks a running daemon whether it can do its work; exit code 1 when it cannot.") { address };
        command.SetAction((parsed, cancellationToken) => AskAsync(parsed.GetRequiredValue(address), cancellationToken));
        return command;
    }

    private static async Task<int> AskAsync(string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address.TrimEnd('/') + "/readyz", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync($"guardrail: '{address}' is no address; write it as http://HOST:PORT.");
            return ExitCode.CannotStart;
        }

        using var http = new HttpClient { Timeout = Limit, MaxResponseContentBufferSize = LongestAnswer };
        try
        {
            using var answer = await http.GetAsync(uri, cancellationToken);
            await Console.Out.WriteAsync((await answer.Content.ReadAsStringAsync(cancellationToken)).AsMemory(), cancellationToken);
            return answer.IsSuccessStatusCode ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (HttpRequestException fault)
        {
            await Console.Error.WriteLineAsync($"guardrail: {uri} does not answer: {fault.Message.TrimEnd('.')}.");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"guardrail: {uri} did not answer within {Limit.TotalSeconds:0} s."));
            return ExitCode.Failed;
        }
    }
}

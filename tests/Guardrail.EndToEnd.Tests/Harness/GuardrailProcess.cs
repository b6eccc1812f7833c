using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>The real executable as a child process, which can be killed.</summary>
internal sealed partial class GuardrailProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Lock gate = new();
    private readonly List<string> errors = [];
    private readonly List<string> output = [];
    private readonly Channel<byte> said = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private GuardrailProcess(Process process) => this.process = process;

    /// <summary>Lines on standard error so far.</summary>
    public string[] Errors => Copy(errors);

    /// <summary>Lines on standard output so far.</summary>
    public string[] Output => Copy(output);

    /// <summary>The executable, as the build of src/Guardrail.Cli left it beside the tests.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "guardrail.exe" : "guardrail");

    public static GuardrailProcess Start(params string[] arguments) => Start(new Dictionary<string, string?>(), arguments);

    /// <summary>Starts it.</summary>
    /// <param name="environment">Variables to set; null takes one away.</param>
    /// <param name="arguments">Arguments.</param>
    public static GuardrailProcess Start(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        // The executable looks for the runtime where it is usually installed; the tests know where theirs is.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        start.Environment.Remove("KUBECONFIG");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var made = new GuardrailProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        made.process.ErrorDataReceived += (_, line) => made.Note(made.errors, line.Data);
        made.process.OutputDataReceived += (_, line) => made.Note(made.output, line.Data);
        made.process.Start();
        made.process.BeginErrorReadLine();
        made.process.BeginOutputReadLine();
        return made;
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>Exit code, standard output and standard error.</returns>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        await using var process = Start(arguments);
        var code = await process.WaitAsync(cancellationToken);
        return (code, string.Join('\n', process.Output), string.Join('\n', process.Errors));
    }

    /// <summary>Waits until a line of standard error fits.</summary>
    public async Task<Match> UntilSaidAsync([System.Diagnostics.CodeAnalysis.StringSyntax("Regex")] string pattern, CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var line in Errors)
            {
                if (Regex.Match(line, pattern) is { Success: true } match)
                {
                    return match;
                }
            }

            Assert.That(process.HasExited, Is.False, $"it ended before it said '{pattern}':\n{this}");
            try
            {
                await said.Reader.ReadAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"It did not say '{pattern}', but:\n{this}");
            }
        }
    }

    /// <summary>Where /healthz, /readyz and /metrics are served, as its log says.</summary>
    public async Task<Uri> AddressAsync(CancellationToken cancellationToken) =>
        new((await UntilSaidAsync(@"health and metrics at (\S+)", cancellationToken)).Groups[1].Value);

    /// <summary>SIGKILL: it gets no chance to do anything.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>SIGTERM, as a cluster ends a pod.</summary>
    public async Task TerminateAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Waits until it has ended.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It did not end:\n{this}");
        }

        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    public override string ToString() => string.Join('\n', Output.Concat(Errors));

    private void Note(List<string> lines, string? line)
    {
        lock (gate)
        {
            if (line is not null)
            {
                lines.Add(line);
            }
        }

        said.Writer.TryWrite(0);
    }

    private string[] Copy(List<string> lines)
    {
        lock (gate)
        {
            return [.. lines];
        }
    }
}

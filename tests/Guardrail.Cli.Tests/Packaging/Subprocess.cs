using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Guardrail.Cli.Tests.Packaging;

/// <summary>Programs that tests run.</summary>
internal static class Subprocess
{
    /// <summary>Folder of the .NET installation that runs the tests.</summary>
    public static string DotnetRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Its program.</summary>
    public static string Dotnet { get; } = Path.Combine(DotnetRoot, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");

    /// <summary>The configuration that the tests were built in.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Runs the SDK on the command line project, leaving no server behind.</summary>
    public static Task<string> DotnetAsync(IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken, params string[] arguments) =>
        SucceedsAsync(Dotnet, [.. arguments, "-c", Configuration, "-nologo", "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false"], Checkout.Root, environment, cancellationToken);

    /// <summary>Runs a program to its end, which must be a good one.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> SucceedsAsync(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        var (code, text) = await RunAsync(program, arguments, folder, environment, cancellationToken);
        Assert.That(code, Is.Zero, $"{program}:\n{text}");
        return text;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="environment">Variables to set; null takes one away.</param>
    /// <param name="cancellationToken">Kills it, and what it started.</param>
    /// <returns>Its exit code, and what it printed: standard output, then standard error.</returns>
    public static async Task<(int Code, string Text)> RunAsync(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Start(program, arguments, folder, environment) };
        process.Start();
        process.StandardInput.Close();
        await using var _ = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var text = await output + await error;
        await process.WaitForExitAsync(CancellationToken.None);
        return (process.ExitCode, text);
    }

    /// <summary>How a program is started.</summary>
    public static ProcessStartInfo Start(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment.Remove("KUBECONFIG");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}

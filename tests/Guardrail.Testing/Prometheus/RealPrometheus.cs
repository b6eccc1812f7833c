using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Guardrail.Testing.Prometheus;

/// <summary>
/// A real Prometheus on a free loopback port, with its data in a directory of its own. It can be stopped and started again over the same
/// data.
/// </summary>
public sealed class RealPrometheus : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Places = ["/usr/bin/prometheus", "/usr/local/bin/prometheus"];
    private readonly DirectoryInfo directory;
    private readonly int port;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private Process? process;

    private RealPrometheus(DirectoryInfo directory, int port)
    {
        (this.directory, this.port) = (directory, port);
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    /// <summary>Base address.</summary>
    public Uri Address { get; }

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="scrapeConfigs">The items of <c>scrape_configs</c> in YAML, each beginning with <c>- job_name:</c> in the first
    /// column.</param>
    /// <exception cref="InvalidOperationException">The program is not installed, or it does not get ready.</exception>
    public static async Task<RealPrometheus> StartAsync(string scrapeConfigs)
    {
        var made = new RealPrometheus(Directory.CreateTempSubdirectory("guardrail-prometheus-"), FreePort());
        try
        {
            await File.WriteAllTextAsync(
                made.ConfigFile, "global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\nscrape_configs:\n" + scrapeConfigs + "\n");
            await made.StartAgainAsync();
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again after <see cref="StopAsync"/>, at the same address and over the same data.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo(Program()) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("--config.file=" + ConfigFile);
        start.ArgumentList.Add("--storage.tsdb.path=" + Path.Combine(directory.FullName, "data"));
        start.ArgumentList.Add("--web.listen-address=127.0.0.1:" + port);
        start.ArgumentList.Add("--web.enable-lifecycle");
        start.ArgumentList.Add("--log.level=warn");
        var lines = new Queue<string>();
        process = Process.Start(start) ?? throw new InvalidOperationException("Prometheus did not start.");
        process.ErrorDataReceived += (_, line) => Keep(lines, line.Data);
        process.OutputDataReceived += (_, line) => Keep(lines, line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await WaitUntilReadyAsync(lines);
    }

    /// <summary>Ends it, so that its address refuses connections; the data stays.</summary>
    public async Task StopAsync()
    {
        if (process is null)
        {
            return;
        }

        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        http.Dispose();
        directory.Delete(recursive: true);
    }

    private string ConfigFile => Path.Combine(directory.FullName, "prometheus.yml");

    private static string Program() => Array.Find(Places, File.Exists) ?? throw new InvalidOperationException(
        $"Tests of category Prometheus need the program prometheus, which is at none of {string.Join(", ", Places)}: " +
        "install the Debian package 'prometheus' (apt-get install prometheus), or run the tests with eng/test, which does.");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Keep(Queue<string> lines, string? line)
    {
        lock (lines)
        {
            lines.Enqueue(line ?? string.Empty);
            if (lines.Count > 20)
            {
                lines.Dequeue();
            }
        }
    }

    private async Task WaitUntilReadyAsync(Queue<string> lines)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Patience && process is { HasExited: false })
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(Address, "/-/ready"));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        lock (lines)
        {
            throw new InvalidOperationException($"Prometheus at {Address} did not get ready; it said: {string.Join('\n', lines)}");
        }
    }
}

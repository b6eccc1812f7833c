using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Guardrail.Testing.Alertmanager;

/// <summary>A real Alertmanager on a free loopback port, with its data in a directory of its own.</summary>
public sealed class RealAlertmanager : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Places = ["/usr/bin/prometheus-alertmanager", "/usr/local/bin/alertmanager"];
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("guardrail-alertmanager-");
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Process process;

    private RealAlertmanager(int port, string receiver)
    {
        Address = new Uri($"http://127.0.0.1:{port}");
        var config = Path.Combine(directory.FullName, "alertmanager.yml");
        File.WriteAllText(config, $"""
            route: {"{receiver: test, group_by: [alertname, workload], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}"}
            receivers:
            - name: test
              webhook_configs: [{"{"}url: "{receiver}", send_resolved: true{"}"}]
            """);
        var start = new ProcessStartInfo(Program()) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("--config.file=" + config);
        start.ArgumentList.Add("--storage.path=" + Path.Combine(directory.FullName, "data"));
        start.ArgumentList.Add($"--web.listen-address=127.0.0.1:{port}");
        start.ArgumentList.Add("--cluster.listen-address=");
        process = Process.Start(start) ?? throw new InvalidOperationException("Alertmanager did not start.");
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    /// <summary>Base address.</summary>
    public Uri Address { get; }

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="receiver">Where it posts what fires and what is resolved.</param>
    /// <exception cref="InvalidOperationException">The program is not installed, or it does not get ready.</exception>
    public static async Task<RealAlertmanager> StartAsync(Uri receiver)
    {
        var made = new RealAlertmanager(FreePort(), receiver.ToString());
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Patience && !made.process.HasExited)
        {
            try
            {
                using var answer = await made.http.GetAsync(new Uri(made.Address, "/-/ready"));
                if (answer.IsSuccessStatusCode)
                {
                    return made;
                }
            }
            catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        await made.DisposeAsync();
        throw new InvalidOperationException("Alertmanager did not get ready.");
    }

    /// <summary>The alerts that fire now.</summary>
    public async Task<IReadOnlyList<JsonObject>> AlertsAsync(CancellationToken cancellationToken)
    {
        var text = await http.GetStringAsync(new Uri(Address, "/api/v2/alerts"), cancellationToken);
        return [.. JsonNode.Parse(text)!.AsArray().Select(a => a!.AsObject())];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
        http.Dispose();
        directory.Delete(recursive: true);
    }

    private static string Program() =>
        Environment.GetEnvironmentVariable("GUARDRAIL_TEST_PROMETHEUS_ALERTMANAGER") is { Length: > 0 } named ? named
        : Array.Find(Places, File.Exists) ?? throw new InvalidOperationException(
            $"Tests of category Alertmanager need the program prometheus-alertmanager, which is at none of {string.Join(", ", Places)}: " +
            "install the Debian package 'prometheus-alertmanager', or run the tests with eng/test, which does.");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

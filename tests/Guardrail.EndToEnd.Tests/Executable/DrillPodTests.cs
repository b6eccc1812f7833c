using System.Net.Http.Headers;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Simulation.Pods;

namespace Guardrail.EndToEnd.Tests.Executable;

/// <summary>The real executable plays a pod of a drill.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[CancelAfter(60_000)]
internal sealed class DrillPodTests
{
    private const string Token = "hush-hush";

    [Test]
    public async Task Without_a_token_it_does_not_start(CancellationToken cancellationToken)
    {
        await using var process = GuardrailProcess.Start(new Dictionary<string, string?> { [DrillPodOptions.TokenVariable] = null }, "drill-pod");

        Assert.That(await process.WaitAsync(cancellationToken), Is.EqualTo(2));
        Assert.That(process.Errors, Is.EqualTo([
            "guardrail: the environment variable GUARDRAIL_DRILL_TOKEN is not set; give the pod the token of its drill.",
        ]));
    }

    [Test]
    public async Task Told_to_stop_it_ends_quickly_with_0(CancellationToken cancellationToken)
    {
        await using var process = Start();
        var address = await AddressAsync(process, cancellationToken);
        // A kubelet keeps its connection open between probes.
        using var http = new HttpClient { BaseAddress = address };
        using var answer = await http.GetAsync(new Uri("ready", UriKind.Relative), cancellationToken);
        var began = TimeProvider.System.GetTimestamp();

        await process.TerminateAsync(cancellationToken);

        Assert.That(await process.WaitAsync(cancellationToken), Is.Zero, process.ToString());
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(process.Errors, Has.Length.EqualTo(2));
        Assert.That(process.Errors[^1], Is.EqualTo("Was told to stop."));
    }

    [TestCase(DrillExit.Crash, 1)]
    [TestCase(DrillExit.OutOfMemory, 137)]
    public async Task It_ends_as_ordered_after_it_has_answered(DrillExit exit, int code, CancellationToken cancellationToken)
    {
        await using var process = Start();
        using var http = new HttpClient { BaseAddress = await AddressAsync(process, cancellationToken) };
        using var request = new HttpRequestMessage(HttpMethod.Put, DrillOrders.Path);
        request.Content = new ByteArrayContent(new DrillOrders { Ready = true, Exit = exit }.ToUtf8());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(DrillOrders.TokenHeader, Token);

        using var answer = await http.SendAsync(request, cancellationToken);

        Assert.That((int)answer.StatusCode, Is.EqualTo(204));
        Assert.That(await process.WaitAsync(cancellationToken), Is.EqualTo(code), process.ToString());
        Assert.That(process.ToString(), Does.Not.Contain(Token));
    }

    private static GuardrailProcess Start() => GuardrailProcess.Start(
        new Dictionary<string, string?> { [DrillPodOptions.TokenVariable] = Token }, "drill-pod", "--listen", "127.0.0.1:0");

    private static async Task<Uri> AddressAsync(GuardrailProcess process, CancellationToken cancellationToken) =>
        new((await process.UntilSaidAsync(@"^Plays an unnamed revision of an unnamed service on (\S+)\.$", cancellationToken)).Groups[1].Value);
}

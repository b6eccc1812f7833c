using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Guardrail.Cli.Pods;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Pods;

namespace Guardrail.Cli.Tests.Pods;

[CancelAfter(30_000)]
internal sealed class DrillPodProcessTests
{
    private const string Token = "hush-hush";

    [Test]
    public async Task It_ends_as_ordered_and_says_so([Values] DrillExit exit)
    {
        using var said = new Said();
        var eaten = new List<long>();
        var running = Process(said, (bytes, _) => eaten.Add(bytes)).RunAsync(CancellationToken.None);

        Assert.That(await OrderAsync(await said.Address, new DrillOrders { Ready = true, Exit = exit }), Is.EqualTo(204));

        Assert.That(await running, Is.EqualTo(exit == DrillExit.Crash ? 1 : 137));
        Assert.That(eaten, Is.EqualTo(exit == DrillExit.Crash ? [] : new[] { 512L * 1024 * 1024 }));
        Assert.That(said.Lines, Has.Length.EqualTo(2));
        Assert.That(said.Lines[0], Does.StartWith("Plays v2 of checkout on http://127.0.0.1:"));
        Assert.That(said.Lines[1], Is.EqualTo(exit == DrillExit.Crash ? "Was ordered to crash." : "Was ordered to run out of memory."));
        Assert.That(said.ToString(), Does.Not.Contain(Token));
    }

    [Test]
    public async Task It_stops_cleanly_when_it_is_told_to()
    {
        using var said = new Said();
        using var stop = new CancellationTokenSource();
        var running = Process(said).RunAsync(stop.Token);
        await said.Address;

        await stop.CancelAsync();

        Assert.That(await running, Is.Zero);
        Assert.That(said.Lines[^1], Is.EqualTo("Was told to stop."));
    }

    [TestCase(null)]
    [TestCase("")]
    public void Without_a_token_it_does_not_start(string? token)
    {
        using var said = new Said();

        Assert.That(() => Process(said, token: token).RunAsync(CancellationToken.None), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(
            "the environment variable GUARDRAIL_DRILL_TOKEN is not set; give the pod the token of its drill."));
        Assert.That(said.ToString(), Is.Empty);
    }

    [Test]
    public void An_address_that_is_none_is_one_sentence()
    {
        using var said = new Said();

        Assert.That(() => Process(said, listen: "8080").RunAsync(CancellationToken.None), Throws.TypeOf<ConfigurationException>().With.Message.Contains("'8080'"));
    }

    [Test]
    public void The_command_takes_its_options_and_shows_up_nowhere()
    {
        var parsed = CommandLine.Root.Parse(["drill-pod", "--listen", "127.0.0.1:0", "--service", "checkout", "--revision", "v2"]);

        Assert.That(InputErrors.Describe(parsed), Is.Null);
        Assert.That(parsed.CommandResult.Command.Hidden, Is.True);
        Assert.That(InputErrors.Describe(CommandLine.Root.Parse([])), Does.Not.Contain(parsed.CommandResult.Command.Name));
    }

    [Test]
    public void Memory_is_really_taken()
    {
        const long Bytes = 128L * 1024 * 1024;
        var before = Environment.WorkingSet;
        using var hog = new MemoryHog();

        hog.Eat(Bytes, CancellationToken.None);

        Assert.That(Environment.WorkingSet - before, Is.GreaterThan(Bytes / 2));
    }

    private static DrillPodProcess Process(
        TextWriter log, Action<long, CancellationToken>? eat = null, string? token = Token, string listen = "127.0.0.1:0") =>
        new(listen, "checkout", "v2") { Token = token, Namespace = "shop", EatMemory = eat ?? ((_, _) => { }), Log = log };

    private static async Task<int> OrderAsync(Uri address, DrillOrders orders)
    {
        using var http = new HttpClient { BaseAddress = address };
        using var request = new HttpRequestMessage(HttpMethod.Put, DrillOrders.Path) { Content = new ByteArrayContent(orders.ToUtf8()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(DrillOrders.TokenHeader, Token);
        using var answer = await http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    /// <summary>What the process says; its first line tells where it listens.</summary>
    private sealed class Said() : StringWriter(CultureInfo.InvariantCulture)
    {
        private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Uri> Address => address.Task;

        public string[] Lines => ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public override Encoding Encoding => Encoding.UTF8;

        public override Task WriteLineAsync(string? value)
        {
            GetStringBuilder().Append(value).Append('\n');
            var at = value!.IndexOf("http://", StringComparison.Ordinal);
            if (at >= 0)
            {
                address.TrySetResult(new Uri(value[at..].TrimEnd('.')));
            }

            return Task.CompletedTask;
        }
    }
}

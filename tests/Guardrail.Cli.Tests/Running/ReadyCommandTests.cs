using System.Net;
using System.Net.Sockets;
using System.Text;
using Guardrail.Cli.Installing;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Cli.Tests.Running;

internal sealed class ReadyCommandTests
{
    private const string NotYet = "[-] kubernetes: the workloads have not been listed yet\n";
    private const string Ready = "[+] kubernetes ok\n";

    [Test]
    public async Task It_asks_once_unless_it_is_told_to_wait()
    {
        await using var daemon = new Daemon(NotYet, Ready);

        Assert.That(await daemon.AskAsync(TimeSpan.Zero), Is.EqualTo((1, NotYet)));
    }

    [Test]
    public async Task It_asks_again_until_the_daemon_is_ready()
    {
        await using var daemon = new Daemon(NotYet, NotYet, Ready);

        Assert.That(await daemon.AskAsync(TimeSpan.FromSeconds(60)), Is.EqualTo((0, Ready)));
    }

    [Test]
    public async Task When_the_time_is_over_it_tells_the_last_answer()
    {
        await using var daemon = new Daemon(NotYet);

        Assert.That(await daemon.AskAsync(TimeSpan.FromSeconds(3)), Is.EqualTo((1, NotYet)));
        Assert.That(daemon.Asked, Is.InRange(2, 4));
    }

    /// <summary>A listener that answers /readyz with one text after the other, and the last for ever.</summary>
    private sealed class Daemon : IAsyncDisposable
    {
        private readonly FakeTimeProvider time = new();
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Task serving;
        private readonly string[] answers;

        public Daemon(params string[] answers)
        {
            this.answers = answers;
            listener.Start();
            serving = ServeAsync();
        }

        public int Asked { get; private set; }

        public async Task<(int Code, string Text)> AskAsync(TimeSpan within)
        {
            var asking = RunAsync(within);
            while (!asking.IsCompleted)
            {
                var before = Asked;
                time.Advance(TimeSpan.FromSeconds(1));
                while (!asking.IsCompleted && Asked == before)
                {
                    await Task.Yield();
                }
            }

            return await asking;
        }

        public async ValueTask DisposeAsync()
        {
            listener.Dispose();
            await serving;
        }

        private async Task<(int Code, string Text)> RunAsync(TimeSpan within)
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            var code = await ReadyCommand.AskAsync($"http://{listener.LocalEndpoint}", within, time, output, error, CancellationToken.None);
            return (code, output.ToString() + error);
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    await using var stream = client.GetStream();
                    using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                    while (await reader.ReadLineAsync() is { Length: > 0 })
                    {
                        // A head without a body.
                    }

                    var text = answers[Math.Min(Asked, answers.Length - 1)];
                    var status = text == Ready ? "200 OK" : "503 Service Unavailable";
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}"));
                    Asked++;
                }
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                // The test is over.
            }
        }
    }
}

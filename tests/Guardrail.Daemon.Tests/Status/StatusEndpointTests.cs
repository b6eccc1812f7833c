using System.Net;
using System.Security.Cryptography;
using System.Text;
using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Daemon.Leading;
using Guardrail.Daemon.Status;
using Guardrail.Engine.Guarding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Status;

internal sealed class StatusEndpointTests
{
    [Test]
    public async Task The_page_allows_its_own_style_and_nothing_else()
    {
        await using var server = await Server.StartAsync();
        using var answer = await server.Http.GetAsync(new Uri("/", UriKind.Relative));
        var page = await answer.Content.ReadAsStringAsync();
        var style = page[(page.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.IndexOf("</style>", StringComparison.Ordinal)];
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(
            answer.Headers.GetValues("Content-Security-Policy"),
            Is.EqualTo(new[] { $"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" }));
        Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
        Assert.That(answer.Headers.CacheControl!.NoStore, Is.True);
        Assert.That(page, Does.Not.Contain(" style=").And.Not.Contain("<script"));
    }

    [TestCase("POST", "/")]
    [TestCase("DELETE", "/rollouts/load/deployment/checkout")]
    public async Task It_can_only_be_read(string method, string path)
    {
        await using var server = await Server.StartAsync();
        using var request = new HttpRequestMessage(new(method), path);
        using var answer = await server.Http.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    [TestCase("/rollouts/load/deployment/nobody", "load/nobody is not guarded here.")]
    [TestCase("/rollouts/load/cronjob/nobody", "load/nobody is not guarded here.")]
    [TestCase("/rollouts/load/7/nobody", "load/nobody is not guarded here.")]
    [TestCase("/rollouts/%3Cscript%3E/deployment/x", "&lt;script&gt;/x is not guarded here.")]
    public async Task What_is_not_guarded_is_not_found(string path, string told)
    {
        await using var server = await Server.StartAsync();
        using var answer = await server.Http.GetAsync(new Uri(path, UriKind.Relative));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(told));
    }

    [Test]
    public async Task However_many_look_the_loop_is_asked_once_in_a_while()
    {
        await using var server = await Server.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await server.Http.GetStringAsync(new Uri("/", UriKind.Relative));
        }

        Assert.That(server.Asked, Is.EqualTo(1));
        server.Time.Advance(StatusWindow.Rhythm);
        await server.Http.GetStringAsync(new Uri("/", UriKind.Relative));
        Assert.That(server.Asked, Is.EqualTo(2));
    }

    [Test]
    public async Task While_the_loop_does_not_answer_the_page_waits_no_longer_than_its_patience_and_says_that_it_knows_nothing()
    {
        await using var server = await Server.StartAsync(answers: false);
        var looking = server.Http.GetStringAsync(new Uri("/", UriKind.Relative));
        while (!looking.IsCompleted)
        {
            // The request may not have come to its wait yet when the clock moves.
            server.Time.Advance(StatusWindow.Patience);
            await Task.WhenAny(looking, server.WhenAsked);
            await Task.Yield();
        }

        Assert.That(await looking, Does.Contain("The guard loop has not told anything yet."));
    }

    private sealed class Server : IAsyncDisposable
    {
        private readonly WebApplication app;
        private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly StatusScene scene = new("checkout");

        private Server(bool answers)
        {
            var builder = WebApplication.CreateEmptyBuilder(new());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            builder.Services.AddRoutingCore();
            app = builder.Build();
            var readiness = new Readiness(Time, new Leadership());
            var window = new StatusWindow(
                look =>
                {
                    Asked++;
                    asked.TrySetResult();
                    if (answers)
                    {
                        look(new Fleet([StatusScene.Policy]));
                    }
                },
                new StatusBoard(Time), new NoJournal(), readiness.Leadership, Time);
            app.MapStatus(window, scene.Board, readiness, new PolicyStandings(), new("1.2.3", "Kubernetes", "nothing", Time.GetUtcNow(), false, null), Time);
        }

        public FakeTimeProvider Time { get; } = new();

        public int Asked { get; private set; }

        public Task WhenAsked => asked.Task;

        public HttpClient Http { get; private set; } = new();

        public static async Task<Server> StartAsync(bool answers = true)
        {
            var server = new Server(answers);
            await server.app.StartAsync();
            server.Http = new() { BaseAddress = new(server.app.Urls.First()) };
            return server;
        }

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await app.DisposeAsync();
        }
    }
}

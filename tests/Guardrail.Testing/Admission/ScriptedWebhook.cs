using System.Collections.ObjectModel;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Guardrail.Testing.Admission;

/// <summary>A webhook on loopback TLS that answers what a test says, and keeps what it is asked.</summary>
public sealed class ScriptedWebhook : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly X509Certificate2 certificate;

    private ScriptedWebhook(WebApplication app, X509Certificate2 certificate) => (this.app, this.certificate) = (app, certificate);

    /// <summary>Where it is asked.</summary>
    public Uri Url => new(new Uri(app.Urls.First()), "/v");

    /// <summary>Base64 of the PEM of whom to trust.</summary>
    public string CaBundle => Convert.ToBase64String(Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()));

    /// <summary>The questions, in order.</summary>
    public Collection<JsonObject> Asked { get; } = [];

    /// <summary>The answer to a question: status and body; null for none at all until the caller gives up.</summary>
    public Func<JsonObject, (int Status, string Body)?> Answer { get; set; } = review => (200, Response(review, new JsonObject { ["allowed"] = true }));

    /// <summary>An AdmissionReview with this response to a question.</summary>
    public static string Response(JsonObject review, JsonObject response)
    {
        response["uid"] = (string?)review["request"]!["uid"];
        return new JsonObject { ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview", ["response"] = response }.ToJsonString();
    }

    /// <summary>Starts it.</summary>
    public static async Task<ScriptedWebhook> StartAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=scripted", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, port => port.UseHttps(certificate)));
        var app = builder.Build();
        var webhook = new ScriptedWebhook(app, certificate);
        app.Run(webhook.HandleAsync);
        await app.StartAsync();
        return webhook;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        certificate.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var review = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        lock (Asked)
        {
            Asked.Add(review);
        }

        if (Answer(review) is not { } answer)
        {
            var gone = new TaskCompletionSource();
            await using var waiting = http.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            return;
        }

        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.Body);
    }
}

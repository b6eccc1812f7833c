using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>
/// Asks validating webhooks about a write before it is done. The write is tried until it gets to the point where it would be stored; there it is given
/// up, the webhooks are asked with nothing locked, and it is done anew, if what it rests on is still so.
/// </summary>
internal sealed class AdmissionChain(ObjectStore store)
{
    /// <summary>Questions of one request: each object of a collection is one, and each change of it meanwhile.</summary>
    private const int Most = 10_000;

    private readonly WebhookCaller caller = new(store);

    /// <summary>Does a write, if no webhook is against it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="write">Does the write, and tells the given delegate of it before anything is stored.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ApiResponse> WriteAsync(
        ApiRequest request, byte[] body, Func<Action<StoredObject?, StoredObject?>?, ApiResponse> write, CancellationToken cancellationToken)
    {
        var webhooks = Interested(request);
        if (webhooks.Count == 0)
        {
            return write(null);
        }

        var admitted = new HashSet<(string, string, long)>();
        var warnings = new List<string>();
        for (var asked = 0; asked < Most; asked++)
        {
            try
            {
                var response = write((old, wanted) =>
                {
                    var question = new ReviewedWrite(request, body, old, wanted);
                    if (!admitted.Contains(question.Basis))
                    {
                        throw new QuestionException(question);
                    }
                });
                return response with { Warnings = [.. response.Warnings, .. warnings] };
            }
            catch (QuestionException open)
            {
                var denial = await AskAsync(webhooks, open.Question, warnings, cancellationToken);
                if (denial is not null)
                {
                    return ApiResponse.Error(denial) with { Warnings = [.. warnings] };
                }

                admitted.Add(open.Question.Basis);
            }
        }

        throw ApiErrors.Stale(request.Type, request.Name);
    }

    private List<AdmissionWebhook> Interested(ApiRequest request)
    {
        // A webhook that guards webhooks could lock everybody out.
        if (request.Type.Group == "admissionregistration.k8s.io")
        {
            return [];
        }

        string[] operations = request.Call.Verb switch
        {
            "create" => ["CREATE"],
            "delete" or "deletecollection" => ["DELETE"],
            _ => ["UPDATE", "CREATE"],
        };
        return [.. store.List(ResourceTypes.ValidatingWebhookConfigurations).Items
            .SelectMany(c => (c["webhooks"] as JsonArray)?.OfType<JsonObject>() ?? [])
            .Select(w => new AdmissionWebhook(w)).Where(w => operations.Any(operation => w.Wants(request, operation)))];
    }

    /// <summary>All at once; of several denials the client gets one.</summary>
    private async Task<ApiException?> AskAsync(
        List<AdmissionWebhook> webhooks, ReviewedWrite write, List<string> warnings, CancellationToken cancellationToken)
    {
        var labels = LabelsOfNamespace(write);
        var concerned = webhooks.Where(w => w.Wants(write.Request, write.Operation) && w.Selects(labels, write.Old, write.Wanted)).ToList();
        var answers = await Task.WhenAll(concerned.Select(w => caller.AskAsync(w, write, cancellationToken)));
        warnings.AddRange(answers.SelectMany(a => a.Warnings));
        foreach (var (webhook, answer) in concerned.Zip(answers))
        {
            switch (answer)
            {
                case WebhookAnswer.Denied denied:
                    return denied.Error;
                case WebhookAnswer.Failed failed when webhook.FailsClosed:
                    return ApiErrors.Internal($"failed calling webhook \"{webhook.Name}\": {failed.Why}");
                default:
                    break;
            }
        }

        return null;
    }

    private JsonObject? LabelsOfNamespace(ReviewedWrite write)
    {
        var type = write.Subject.Type;
        if (type == ResourceTypes.Namespaces)
        {
            return write.Subject.Json["metadata"]?["labels"] as JsonObject ?? [];
        }

        return type.Namespaced
            ? store.TryGet(ResourceTypes.Namespaces, null, write.Subject.Namespace, out var ns) ? ns["metadata"]?["labels"] as JsonObject ?? [] : []
            : null;
    }

    /// <summary>The write has got to where webhooks are to be asked.</summary>
#pragma warning disable CA1064 // It never leaves this class.
    private sealed class QuestionException(ReviewedWrite question) : Exception
    {
        public ReviewedWrite Question { get; } = question;
    }
#pragma warning restore CA1064
}

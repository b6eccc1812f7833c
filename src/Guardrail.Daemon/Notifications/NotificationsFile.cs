using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Daemon.Notifications;

/// <summary>Reads who is told from a YAML file, where URLs can be taken from the environment or from files.</summary>
internal static partial class NotificationsFile
{
    private const int MostReceivers = 32;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, or holds a mistake; the message names line, column and field.</exception>
    public static NotificationOptions Load(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return Load(reader, path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The file of notifications {path} cannot be read: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    internal static NotificationOptions Load(TextReader reader, string name)
    {
        var documents = YamlText.Parse(YamlText.Read(reader, name), name).ToArray();
        if (documents.Length != 1)
        {
            throw new ConfigurationException($"{name} must hold one document with notifications, and holds {documents.Length}.");
        }

        var root = new YamlFields(new YamlPlace(name, "", documents[0].RootNode), "notifications");
        var fields = new YamlFields(root.Required("notifications"), "labels", "receivers");
        var receivers = fields.Required("receivers").Items().Select(Receiver).ToImmutableArray();
        if (receivers.Length is 0 or > MostReceivers)
        {
            throw fields.Required("receivers").Error($"must name 1 to {MostReceivers} receivers.");
        }

        return new NotificationOptions
        {
            Receivers = receivers,
            Labels = fields.Or("labels", ImmutableDictionary<string, string>.Empty, Labels),
        };
    }

    private static ReceiverOptions Receiver(YamlPlace place)
    {
        var fields = new YamlFields(place, "name", "type", "url", "urlFromEnv", "urlFromFile", "least", "events");
        return new ReceiverOptions
        {
            Name = fields.Required("name").Name(NamePattern(), "on-call"),
            Type = fields.Required("type").Choice<ReceiverType>(),
            Url = Url(place, fields),
            Least = fields["least"]?.Choice<NotificationSeverity>(),
            Events = fields["events"]?.Items().Select(item => item.Choice<NotificationKind>()).ToImmutableHashSet(),
        };
    }

    private static ReceiverUrl Url(YamlPlace place, YamlFields fields)
    {
        YamlPlace?[] given = [fields["url"], fields["urlFromEnv"], fields["urlFromFile"]];
        if (given.Count(g => g is not null) != 1)
        {
            throw place.Error("needs exactly one of url, urlFromEnv and urlFromFile.");
        }

        if (fields["url"] is { } url)
        {
            return ReceiverUrl.Parse(url.Text(), url.Field);
        }

        if (fields["urlFromEnv"] is { } variable)
        {
            var text = Environment.GetEnvironmentVariable(variable.Text());
            return string.IsNullOrWhiteSpace(text)
                ? throw variable.Error($"names the environment variable {variable.Text()}, which is not set.")
                : ReceiverUrl.Parse(text, $"The environment variable {variable.Text()}");
        }

        var file = fields["urlFromFile"]!;
        try
        {
            return ReceiverUrl.Parse(ReadFirst(file.Text()), $"The file {file.Text()}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw file.Error($"names a file that cannot be read: {fault.Message}");
        }
    }

    private static string ReadFirst(string path)
    {
        using var reader = new StreamReader(path);
        var buffer = new char[8192];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }

    private static ImmutableDictionary<string, string> Labels(YamlPlace place) => place.Node is YamlMappingNode mapping
        ? mapping.Children.ToImmutableDictionary(
            pair => new YamlPlace(place.File, place.Field, pair.Key).Name(LabelPattern(), "cluster"),
            pair => new YamlPlace(place.File, place.Field, pair.Value).Text())
        : throw place.Error("must be a mapping of names to texts, such as {cluster: prod}.");

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]{0,62}$")]
    private static partial Regex LabelPattern();
}

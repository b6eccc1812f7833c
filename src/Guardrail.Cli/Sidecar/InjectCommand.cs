using System.CommandLine;
using System.Globalization;
using System.Text;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Cli.Sidecar;

/// <summary><c>guardrail inject</c>: adds the sidecar to a manifest, or takes it out.</summary>
internal static class InjectCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--filename", "-f") { Description = "Manifest (YAML, one or more documents); - reads standard input.", Required = true };
        var output = new Option<string?>("--output", "-o") { Description = "File to write. Default: standard output." };
        var inPlace = new Option<bool>("--in-place") { Description = "Write the manifest itself." };
        var remove = new Option<bool>("--remove") { Description = "Take out what was injected." };
        var image = new Option<string>("--image") { Description = "Image of the sidecar.", DefaultValueFactory = _ => InjectOptions.DefaultImage };
        var autonomy = new Option<Autonomy>("--autonomy")
        {
            Description = "The most that it may do; the Role allows no more.",
            DefaultValueFactory = _ => Autonomy.Observe,
            CustomParser = Choices.Parse<Autonomy>,
        };
        var port = new Option<int>("--port") { Description = "Port of its health and instruments.", DefaultValueFactory = _ => InjectOptions.DefaultPort };
        var native = new Option<bool>("--native") { Description = "Add a native sidecar (an init container with restartPolicy Always; Kubernetes 1.29)." };
        var records = new Option<bool>("--no-records") { Description = "Keep no GuardedRollouts, and give no right to." };
        var space = new Option<string?>("--namespace", "-n") { Description = "Namespace of workloads that name none." };
        var command = new Command("inject", "Adds a sidecar that guards the workload, and its Role, to a manifest.")
        {
            file, output, inPlace, remove, image, autonomy, port, native, records, space,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(port) is { Implicit: false } && result.GetValue(port) is < 1 or > 65535)
            {
                result.AddError("--port takes a number from 1 to 65535.");
            }
            else if (result.GetResult(image) is { Implicit: false } && !IsImage(result.GetValue(image)))
            {
                result.AddError("--image takes the name of an image, such as " + InjectOptions.DefaultImage + ".");
            }
            else if (result.GetValue(inPlace) && (result.GetValue(output) is not null || result.GetValue(file) == "-"))
            {
                result.AddError("--in-place writes the file that was read, and goes with neither --output nor -f -.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var source = parsed.GetRequiredValue(file);
            var name = source == "-" ? "standard input" : source;
            try
            {
                var text = Read(source, name);
                var options = new InjectOptions(
                    parsed.GetRequiredValue(image), parsed.GetValue(autonomy), parsed.GetValue(port), parsed.GetValue(native), !parsed.GetValue(records),
                    parsed.GetValue(space));
                var changed = parsed.GetValue(remove) ? ManifestText.Remove(text, name) : ManifestText.Inject(text, name, options);
                await WriteAsync(parsed.GetValue(inPlace) ? source : parsed.GetValue(output), changed, cancellationToken);
                return ExitCode.Ok;
            }
            catch (ConfigurationException fault)
            {
                await Console.Error.WriteLineAsync("guardrail: " + fault.Message);
                return ExitCode.CannotStart;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"guardrail: {fault.Message.TrimEnd('.')}; name another file.");
                return ExitCode.CannotStart;
            }
        });
        return command;
    }

    private static bool IsImage(string? name) =>
        name is { Length: > 0 and <= 512 } && name.All(c => char.IsAsciiLetterOrDigit(c) || "./:@_-".Contains(c, StringComparison.Ordinal));

    private static string Read(string source, string name)
    {
        try
        {
            using var reader = source == "-" ? new StreamReader(Console.OpenStandardInput(), Strict) : new StreamReader(source, Strict);
            return YamlText.Read(reader, name);
        }
        catch (DecoderFallbackException fault)
        {
            throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"{name} is no UTF-8 text; save it as UTF-8."), fault);
        }
    }

    private static async Task WriteAsync(string? path, string text, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(Strict.GetBytes(text), cancellationToken);
            return;
        }

        // A process that is killed in the middle leaves the old manifest, not half of one.
        var beside = path + ".guardrail-new";
        await File.WriteAllTextAsync(beside, text, Strict, cancellationToken);
        File.Move(beside, path, overwrite: true);
    }

    private static UTF8Encoding Strict { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}

using CsCheck;
using Guardrail.Cli.Sidecar;
using Guardrail.Engine.Policies;

namespace Guardrail.Cli.Tests.Sidecar;

/// <summary>Whatever the manifest looks like, taking the sidecar out gives back the text that it came into.</summary>
internal sealed class RoundTripTests
{
    private static readonly Gen<string> Container = Gen.Select(
        Gen.Int[0, 99], Gen.Bool, OneOf("", "  args:\n  - |+\n    one\n    # two\n\n\n", "  env:\n  - name: A\n    value: \"b\\\n      c\"\n", "  # a remark\n  command: [a,\n    b]\n"),
        (number, named, more) => (named ? $"- name: c{number}\n  image: i:{number}\n" : $"- image: \"i\"\n  name: c{number}\n") + more);

    private static readonly Gen<string> Document = Gen.Select(
        OneOf("Deployment", "StatefulSet", "DaemonSet"), Container.Array[1, 3], Container.Array[0, 2], Gen.Int[0, 4], Gen.Bool, OneOf("", "serviceAccountName: own\n"),
        OneOf("", "\n# low\n", "\n\n", "# here\n\nvolumes:\n- name: v\n  emptyDir: {}\n", "terminationGracePeriodSeconds: 5 # s\n"),
        (kind, containers, init, indent, first, account, tail) =>
        {
            var list = Shift(string.Concat(containers), indent);
            var inits = init.Length == 0 ? "" : "initContainers:\n" + Shift(string.Concat(init), indent);
            var spec = account + (first ? inits : "") + "containers:\n" + list + (first ? "" : inits) + tail;
            return $"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  namespace: n\n  name: w\nspec:\n  template:\n    spec:\n{Shift(spec, 6)}";
        });

    private static readonly Gen<string> Text = Gen.Select(
        Document.Array[1, 3], OneOf("", "# head\n", "---\n"), OneOf("---\n", "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n---\n", "...\n---\n"), Gen.Bool, Gen.Bool,
        (documents, head, between, windows, open) =>
        {
            var text = head + string.Join(between, documents);
            text = windows ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : text;
            return open ? text.TrimEnd() : text;
        });

    private static readonly Gen<InjectOptions> Options = Gen.Select(Gen.Bool, Gen.Bool, OneOf(Enum.GetValues<Autonomy>()), (native, records, autonomy) =>
        new InjectOptions(InjectOptions.DefaultImage, autonomy, InjectOptions.DefaultPort, native, records, null));

    [Test]
    public void Remove_gives_back_what_inject_got_and_inject_twice_is_inject() => Gen.Select(Text, Options).Sample(
        (text, options) =>
        {
            var injected = ManifestText.Inject(text, "m", options);
            return injected != text && ManifestText.Remove(injected, "m") == text && ManifestText.Inject(injected, "m", options) == injected
                && ManifestText.Remove(text, "m") == text;
        },
        iter: 2000, seed: "0N0XIzNsQ0O2");

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(number => values[number]);

    private static string Shift(string text, int by) =>
        string.Concat(text.Split('\n')[..^1].Select(line => (line.Length == 0 || line.StartsWith("# low", StringComparison.Ordinal) ? "" : new string(' ', by)) + line + "\n"));
}

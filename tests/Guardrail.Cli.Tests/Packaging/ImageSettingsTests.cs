using System.Xml.Linq;
using Guardrail.Cli.Sidecar;

namespace Guardrail.Cli.Tests.Packaging;

/// <summary>What the project file says of the image fits what else speaks of it.</summary>
internal sealed class ImageSettingsTests
{
    private static readonly XElement Project = XElement.Load(Path.Combine(Checkout.Root, "src", "Guardrail.Cli", "Guardrail.Cli.csproj"));

    [Test]
    public void The_sidecar_takes_the_image_that_is_built() =>
        Assert.That($"ghcr.io/{Property("ContainerRepository")}:{typeof(InjectOptions).Assembly.GetName().Version!.ToString(3)}", Is.EqualTo(InjectOptions.DefaultImage));

    [Test]
    public void The_sidecar_runs_as_the_images_user() =>
        Assert.That(
            File.ReadAllText(Path.Combine(Checkout.Root, "samples", "sidecar", "checkout.injected.yaml")),
            Does.Contain($"runAsUser: {Property("ContainerUser").Split(':')[0]}"));

    [Test]
    public void Its_base_has_no_shell_and_it_is_not_trimmed()
    {
        Assert.That(Property("ContainerFamily"), Does.EndWith("-chiseled"));
        Assert.That(Project.Descendants("PublishTrimmed").Concat(Project.Descendants("PublishAot")), Is.Empty, "a trimmed Kubernetes client gets no watch events");
    }

    private static string Property(string name) => (string)Project.Descendants(name).Single();
}

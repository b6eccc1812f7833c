using System.Diagnostics;

namespace Guardrail.Engine.Tests.Purity;

/// <summary>The build, not habit, keeps pure projects pure: projects under the repository's own build rules, each with one sin.</summary>
[Category("Slow")]
[NonParallelizable]
public sealed class PurityTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private string root = "";

    [SetUp]
    public void MakeRepository()
    {
        root = Directory.CreateTempSubdirectory("guardrail-purity-").FullName;
        var checkout = Checkout();
        foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", ".editorconfig", "global.json" })
        {
            File.Copy(Path.Combine(checkout, file), Path.Combine(root, file));
        }

        Directory.CreateDirectory(Path.Combine(root, "eng"));
        foreach (var file in Directory.GetFiles(Path.Combine(checkout, "eng")))
        {
            File.Copy(file, Path.Combine(root, "eng", Path.GetFileName(file)));
        }
    }

    [TearDown]
    public void RemoveRepository() => Directory.Delete(root, recursive: true);

    [Test]
    public void A_clean_pure_project_builds()
    {
        Write("Clean", "", "=> 1 + 1");
        var (code, output) = Build("Clean");
        Assert.That(code, Is.Zero, output);
    }

    [TestCase("=> System.IO.File.ReadAllText(\"x\").Length", "A pure project does no I/O")]
    [TestCase("=> System.DateTime.UtcNow.Year", "Take the time from TimeProvider")]
    [TestCase("=> System.DateTimeOffset.UtcNow.Year", "Take the time from TimeProvider")]
    [TestCase("=> System.TimeProvider.System.GetUtcNow().Year", "In a pure project time is data")]
    [TestCase("=> System.Random.Shared.Next()", "A pure project draws no random numbers")]
    [TestCase("=> new System.Random(1).Next()", "A pure project draws no random numbers")]
    [TestCase("{ using var client = new System.Net.Http.HttpClient(); return client.GetHashCode(); }", "A pure project does no I/O")]
    [TestCase("=> System.Guid.NewGuid().GetHashCode()", "A pure project draws no random numbers")]
    [TestCase("=> System.Environment.ProcessorCount", "A pure project does not look at its surroundings")]
    public void A_pure_project_that_looks_outside_does_not_build(string body, string reason)
    {
        Write("Sinner", "", body);
        var (code, output) = Build("Sinner");
        Assert.That(code, Is.Not.Zero, output);
        Assert.That(output, Does.Contain("error RS0030").And.Contain(reason));
    }

    [Test]
    public void A_pure_project_with_a_package_does_not_build()
    {
        Write("Sinner", """<PackageReference Include="Serilog" />""", "=> 1");
        var (code, output) = Build("Sinner");
        Assert.That(code, Is.Not.Zero, output);
        Assert.That(output, Does.Contain("error GR0001").And.Contain("Serilog"));
    }

    [Test]
    public void A_pure_project_with_another_framework_does_not_build()
    {
        Write("Sinner", """<FrameworkReference Include="Microsoft.AspNetCore.App" />""", "=> 1");
        var (code, output) = Build("Sinner");
        Assert.That(code, Is.Not.Zero, output);
        Assert.That(output, Does.Contain("error GR0002").And.Contain("Microsoft.AspNetCore.App"));
    }

    [Test]
    public void A_pure_project_that_references_one_that_is_not_does_not_build()
    {
        Write("Worldly", "", "=> 1", pure: false);
        Write("Sinner", """<ProjectReference Include="../Worldly/Worldly.csproj" />""", "=> 1");
        var (code, output) = Build("Sinner");
        Assert.That(code, Is.Not.Zero, output);
        Assert.That(output, Does.Contain("error GR0003").And.Contain("Worldly is not pure"));
    }

    [Test]
    public void A_pure_project_may_reference_another_pure_one()
    {
        Write("Other", "", "=> 1");
        Write("Clean", """<ProjectReference Include="../Other/Other.csproj" />""", "=> 1");
        var (code, output) = Build("Clean");
        Assert.That(code, Is.Zero, output);
    }

    [TestCase("Guardrail.Statistics")]
    [TestCase("Guardrail.Engine")]
    public void The_core_declares_itself_pure(string project)
    {
        var text = File.ReadAllText(Path.Combine(Checkout(), "src", project, project + ".csproj"));
        Assert.That(text, Does.Contain("<Pure>true</Pure>"));
    }

    private static string Checkout()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Guardrail.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests must lie within a checkout.");
    }

    private void Write(string name, string item, string body, bool pure = true)
    {
        var directory = Directory.CreateDirectory(Path.Combine(root, "src", name)).FullName;
        File.WriteAllText(Path.Combine(directory, name + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><Pure>{(pure ? "true" : "false")}</Pure></PropertyGroup>
              <ItemGroup>{item}</ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(directory, "Subject.cs"), $$"""
            namespace {{name}};

            /// <summary>The subject of a test.</summary>
            public static class Subject{{name}}
            {
                /// <summary>A value.</summary>
                public static int Value() {{body}}{{(body.EndsWith('}') ? "" : ";")}}
            }

            """);
    }

    private (int Code, string Output) Build(string name)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "build", Path.Combine(root, "src", name), "-maxcpucount:1", "-nodeReuse:false", "--disable-build-servers", "-v:quiet", "-nologo" },
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The test host's own settings would otherwise decide how the inner build finds its SDK.
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(inherited);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"The build of {name} did not end within {Limit.TotalMinutes} min.");
        }

        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult());
    }
}

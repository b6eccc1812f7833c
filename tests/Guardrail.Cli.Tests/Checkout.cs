namespace Guardrail.Cli.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Checkout
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Guardrail.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The checkout's root was not found above the tests.");
        }

        return folder.FullName;
    }
}

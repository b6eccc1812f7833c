using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Guardrail.Daemon.Admission;

/// <summary>
/// The <c>caBundle</c> of a webhook: the authorities of every process that may answer. Each process adds its own, and leaves those of the others as
/// they are while they are valid.
/// </summary>
internal static class CaBundle
{
    /// <summary>Most authorities that are kept; the oldest goes first.</summary>
    private const int Most = 8;

    /// <summary>The bundle with this process' authority in it.</summary>
    /// <param name="bundle">The bundle as it is, Base64 of PEM; null for none. What is not Guardrail's is left out.</param>
    /// <param name="own">This process' authority, PEM.</param>
    /// <param name="before">The one that this process serves until then, PEM; null for none.</param>
    /// <param name="now">Now.</param>
    /// <returns>Base64 of PEM.</returns>
    public static string With(string? bundle, string own, string? before, DateTimeOffset now)
    {
        using var mine = X509Certificate2.CreateFromPem(own);
        using var served = before is null ? null : X509Certificate2.CreateFromPem(before);
        var known = Read(bundle);
        try
        {
            // An earlier process of the same name is gone, and its authority with it.
            var kept = known
                .Where(one => one.NotAfter.ToUniversalTime() > now.UtcDateTime && IsGuardrails(one)
                    && (one.Subject != mine.Subject || one.Thumbprint == served?.Thumbprint))
                .Append(mine).OrderBy(one => one.NotBefore).ThenBy(one => one.Thumbprint == mine.Thumbprint).ToList();
            var text = string.Join('\n', kept.TakeLast(Most).Select(one => one.ExportCertificatePem()));
            return Convert.ToBase64String(Encoding.ASCII.GetBytes(text + "\n"));
        }
        finally
        {
            foreach (var one in known)
            {
                one.Dispose();
            }
        }
    }

    private static bool IsGuardrails(X509Certificate2 one) => one.Subject.StartsWith("CN=guardrail-admission", StringComparison.Ordinal);

    private static X509Certificate2Collection Read(string? bundle)
    {
        var read = new X509Certificate2Collection();
        if (bundle is { Length: > 0 and < 256 * 1024 })
        {
            try
            {
                read.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(bundle)));
            }
            catch (Exception fault) when (fault is FormatException or CryptographicException)
            {
                // What cannot be read, nobody can be trusted by: it is written anew.
            }
        }

        return read;
    }
}

using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Guardrail.Daemon.Admission;

/// <summary>
/// A certificate of the admission endpoint and the authority of its own that signed it. Both are made by this process and never leave it: whoever
/// trusts the authority trusts this process only, and the authority's key is forgotten at once.
/// </summary>
internal sealed class ServingCertificate : IDisposable
{
    /// <summary>How long it is good for: 30 days.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromDays(30);

    /// <summary>For clocks that do not agree.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    private ServingCertificate(X509Certificate2 leaf, string authority, ImmutableArray<string> hosts, DateTimeOffset renewAt) =>
        (Leaf, Authority, Hosts, RenewAt) = (leaf, authority, hosts, renewAt);

    /// <summary>What is served, with its key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>The authority's certificate, PEM.</summary>
    public string Authority { get; }

    /// <summary>The names it is for.</summary>
    public ImmutableArray<string> Hosts { get; }

    /// <summary>When another should take its place: after two thirds of its life.</summary>
    public DateTimeOffset RenewAt { get; }

    /// <summary>Makes one.</summary>
    /// <param name="owner">Name of this process among others, its last 40 characters are used.</param>
    /// <param name="hosts">Names and addresses under which the API server reaches the endpoint; at least one.</param>
    /// <param name="now">Now.</param>
    public static ServingCertificate Make(string owner, ImmutableArray<string> hosts, DateTimeOffset now)
    {
        var (from, until) = (now - Skew, now + Lifetime);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest(AuthorityName(owner), authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        using var authority = authorityRequest.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=guardrail-admission"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(Names(hosts));

        // While one takes the place of another, two authorities of one name are trusted: this tells which it was.
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var signed = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(16));
        return new(signed.CopyWithPrivateKey(key), authority.ExportCertificatePem(), hosts, now + (Lifetime * 2 / 3));
    }

    /// <summary>Name of the authority of a process: a process that begins anew under the same name takes the place of its authority.</summary>
    public static X500DistinguishedName AuthorityName(string owner)
    {
        var safe = new string([.. owner.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.').TakeLast(40)]);
        return new($"CN=guardrail-admission {safe}");
    }

    public void Dispose() => Leaf.Dispose();

    private static X509Extension Names(ImmutableArray<string> hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        return names.Build();
    }
}

namespace Guardrail.Metrics;

/// <summary>Checks of option values; each failure is one sentence with the name, the value and the range.</summary>
internal static class OptionCheck
{
    public static void Range<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            throw new ArgumentOutOfRangeException(
                name, value, FormattableString.Invariant($"{name} is {value}; set it within {least} to {most}."));
        }
    }

    public static void HttpAddress(Uri address, string name)
    {
        if (address is not { IsAbsoluteUri: true } || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException(
                $"{name} is '{address}'; give an absolute http or https address such as http://prometheus:9090.", name);
        }

        if (address.UserInfo.Length > 0)
        {
            throw new ArgumentException(
                $"{name} carries credentials, which would end up in logs; give them as a header of the client.", name);
        }

        if (address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new ArgumentException(
                $"{name} has a query or fragment; give only the base address, such as http://prometheus:9090.", name);
        }
    }
}

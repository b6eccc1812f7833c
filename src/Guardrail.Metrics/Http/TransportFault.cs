using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Guardrail.Metrics.Observing;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Http;

/// <summary>Says in words for people what went wrong below the level of an answer's content.</summary>
internal static class TransportFault
{
    /// <summary>Whether the exception is a fault of the network or of the answer, not of this program.</summary>
    public static bool Covers(Exception fault) =>
        fault is HttpRequestException or IOException or UnreadableBodyException or InvalidDataException or SocketException
            or AuthenticationException;

    public static FaultKind KindOf(Exception fault) => fault switch
    {
        BodyTooLargeException => FaultKind.TooLarge,
        BodyTruncatedException => FaultKind.Truncated,
        UnreadableBodyException or InvalidDataException => FaultKind.Malformed,
        _ when IsCutOff(fault) => FaultKind.Truncated,
        _ => FaultKind.Unreachable,
    };

    /// <summary>A clause such as "connection refused".</summary>
    public static string Describe(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return socket.SocketErrorCode switch
                {
                    SocketError.ConnectionRefused => "connection refused",
                    SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "no such host",
                    SocketError.ConnectionReset => "connection reset",
                    SocketError.TimedOut => "connection timed out",
                    SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no route to host",
                    var code => "connection failed: " + code.ToString(),
                };
            }
        }

        return fault switch
        {
            UnreadableBodyException => fault.Message,
            InvalidDataException => "the body is not valid gzip",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                "the TLS connection failed: " + Cause(fault),
            _ when IsCutOff(fault) => "the answer ended in the middle",
            OperationCanceledException => "no answer in time",
            _ => Cause(fault),
        };
    }

    /// <summary>Such as "503 Service Unavailable".</summary>
    public static string Describe(HttpStatusCode status)
    {
        var number = ((int)status).ToString(CultureInfo.InvariantCulture);
        return Enum.IsDefined(status) ? $"{number} {status}" : number;
    }

    private static bool IsCutOff(Exception fault) =>
        fault is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }
            or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded };

    private static string Cause(Exception fault) => ReasonText.Clip(fault.GetBaseException().Message);
}

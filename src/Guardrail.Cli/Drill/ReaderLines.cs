using System.Threading.Channels;

namespace Guardrail.Cli.Drill;

/// <summary>Lines from a pipe or a plain terminal, as they come.</summary>
internal static class ReaderLines
{
    private const int MostWaiting = 100;

    /// <summary>Reads lines on a thread of its own, which a read that waits for ever does not keep the process from ending.</summary>
    public static ChannelReader<TypedLine> Of(TextReader reader, TimeProvider time, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<TypedLine>(MostWaiting);
        var thread = new Thread(() => Read(reader, channel.Writer, time, cancellationToken)) { IsBackground = true, Name = "drill input" };
        thread.Start();
        return channel.Reader;
    }

    private static void Read(TextReader reader, ChannelWriter<TypedLine> writer, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            string? line;
            do
            {
                line = reader.ReadLine();
                writer.WriteAsync(new(line, time.GetTimestamp()), cancellationToken).AsTask().GetAwaiter().GetResult();
            }
            while (line is not null);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or ObjectDisposedException)
        {
            writer.TryWrite(new(null, time.GetTimestamp()));
        }
    }
}

using System.Runtime.InteropServices;

namespace Guardrail.Cli.Pods;

/// <summary>
/// Takes memory and touches every page of it. Not on the managed heap, whose own limit lies below that of the container: there the
/// runtime would end the process before the kernel does.
/// </summary>
internal sealed class MemoryHog : IDisposable
{
    private const int Block = 16 * 1024 * 1024;
    private readonly List<nint> blocks = [];

    /// <summary>Takes memory until it has enough, gets no more, or is stopped.</summary>
    /// <param name="bytes">How much is enough.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public void Eat(long bytes, CancellationToken cancellationToken)
    {
        try
        {
            for (var eaten = 0L; eaten < bytes && !cancellationToken.IsCancellationRequested; eaten += Block)
            {
                var block = Marshal.AllocHGlobal(Block);
                blocks.Add(block);
                for (var page = 0; page < Block; page += Environment.SystemPageSize)
                {
                    Marshal.WriteByte(block, page, 1);
                }
            }
        }
        catch (OutOfMemoryException)
        {
            // There is no more to be had.
        }
    }

    /// <summary>Gives all of it back.</summary>
    public void Dispose()
    {
        blocks.ForEach(Marshal.FreeHGlobal);
        blocks.Clear();
    }
}

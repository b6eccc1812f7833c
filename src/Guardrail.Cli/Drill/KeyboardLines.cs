using System.Threading.Channels;

namespace Guardrail.Cli.Drill;

/// <summary>Reads keys of a terminal and makes lines of them, so that what is half typed can be shown while everything else goes on.</summary>
internal sealed class KeyboardLines(TimeProvider time)
{
    private readonly Channel<TypedLine> channel = Channel.CreateUnbounded<TypedLine>();
    private readonly Lock gate = new();
    private readonly List<char> typed = [];
    private readonly List<string> before = [];
    private int recalled;

    /// <summary>Lines that were finished.</summary>
    public ChannelReader<TypedLine> Lines => channel.Reader;

    /// <summary>What is half typed.</summary>
    public string Typed
    {
        get
        {
            lock (gate)
            {
                return new([.. typed]);
            }
        }
    }

    /// <summary>Reads keys on a thread of its own, for as long as the process lives.</summary>
    public void Start() => new Thread(Read) { IsBackground = true, Name = "drill keyboard" }.Start();

    /// <summary>Takes a key.</summary>
    public void Press(ConsoleKeyInfo key)
    {
        lock (gate)
        {
            switch (key)
            {
                case { Key: ConsoleKey.Enter }:
                    Finish();
                    break;
                case { Key: ConsoleKey.Backspace }:
                    typed.RemoveRange(Math.Max(0, typed.Count - 1), Math.Min(1, typed.Count));
                    break;
                case { Key: ConsoleKey.U, Modifiers: ConsoleModifiers.Control }:
                    typed.Clear();
                    break;
                case { Key: ConsoleKey.UpArrow }:
                    Recall(1);
                    break;
                case { Key: ConsoleKey.DownArrow }:
                    Recall(-1);
                    break;
                default:
                    if (!char.IsControl(key.KeyChar) && typed.Count < Simulation.Drills.DrillReader.LongestLine)
                    {
                        typed.Add(key.KeyChar);
                    }

                    break;
            }
        }
    }

    private void Finish()
    {
        string line = new([.. typed]);
        typed.Clear();
        recalled = 0;
        if (line.Length > 0)
        {
            before.Add(line);
        }

        channel.Writer.TryWrite(new(line, time.GetTimestamp()));
    }

    private void Recall(int further)
    {
        recalled = Math.Clamp(recalled + further, 0, before.Count);
        typed.Clear();
        typed.AddRange(recalled == 0 ? "" : before[^recalled]);
    }

    private void Read()
    {
        try
        {
            while (true)
            {
                Press(Console.ReadKey(intercept: true));
            }
        }
        catch (InvalidOperationException)
        {
            // There is no terminal any more.
            channel.Writer.TryWrite(new(null, time.GetTimestamp()));
        }
    }
}

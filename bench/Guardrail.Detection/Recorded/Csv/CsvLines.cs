using System.Text;

namespace Guardrail.Detection.Recorded.Csv;

/// <summary>Lines of a comma-separated file, cut into cells; a cell may stand in double quotes.</summary>
internal sealed class CsvLines(string path, TextReader reader, CsvLimits limits)
{
    private readonly char[] buffer = new char[65_536];
    private readonly StringBuilder line = new();
    private int filled;
    private int position;
    private long characters;

    public string Path { get; } = path;

    public int Number { get; private set; }

    public List<string> Cells { get; } = [];

    /// <summary>Reads the next line that is not blank; false at the end.</summary>
    public bool Next()
    {
        while (ReadLine())
        {
            if (line.Length == 0)
            {
                continue;
            }

            Cut(line.ToString());
            return true;
        }

        return false;
    }

    private bool ReadLine()
    {
        line.Clear();
        var any = false;
        while (true)
        {
            if (position == filled)
            {
                (position, filled) = (0, reader.Read(buffer));
                if (filled == 0)
                {
                    break;
                }
            }

            any = true;
            var rest = buffer.AsSpan(position, filled - position);
            var end = rest.IndexOf('\n');
            var part = end < 0 ? rest : rest[..end];
            position += part.Length + (end < 0 ? 0 : 1);
            characters += part.Length;
            line.Append(part);
            Check();
            if (end >= 0)
            {
                break;
            }
        }

        Number += any ? 1 : 0;
        while (line.Length > 0 && line[^1] == '\r')
        {
            line.Length--;
        }

        return any;
    }

    private void Check()
    {
        if (line.Length > limits.LineCharacters)
        {
            throw new RecordedDataException($"{Path}, line {Number + 1}: longer than {limits.LineCharacters} characters.");
        }

        if (Number >= limits.Lines)
        {
            throw new RecordedDataException($"{Path} has more than {limits.Lines} lines; split it or raise the limit.");
        }

        if (characters > limits.Characters)
        {
            throw new RecordedDataException($"{Path} has more than {limits.Characters} characters; split it or raise the limit.");
        }
    }

    private void Cut(string text)
    {
        Cells.Clear();
        if (!text.Contains('"', StringComparison.Ordinal))
        {
            Cells.AddRange(text.Split(','));
            return;
        }

        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                if (quoted && i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append('"');
                    i++;
                    continue;
                }

                quoted = !quoted;
            }
            else if (text[i] == ',' && !quoted)
            {
                Cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(text[i]);
            }
        }

        if (quoted)
        {
            throw new RecordedDataException($"{Path}, line {Number}: a quoted cell does not end on its line.");
        }

        Cells.Add(cell.ToString());
    }
}

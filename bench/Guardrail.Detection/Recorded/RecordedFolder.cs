using Guardrail.Detection.Recorded.ChangeRca;
using Guardrail.Detection.Recorded.Delag;
using Guardrail.Detection.Recorded.Nezha;
using Guardrail.Detection.Recorded.Petshop;
using Guardrail.Detection.Recorded.Shapes;

namespace Guardrail.Detection.Recorded;

/// <summary>A folder of recorded data: whatever sets are in it. A set that is not there is null.</summary>
public sealed record RecordedFolder
{
    /// <summary>Rollouts of Online Boutique.</summary>
    public ChangeRcaData? ChangeRca { get; init; }

    /// <summary>A shop on AWS with labelled issues.</summary>
    public PetshopData? Petshop { get; init; }

    /// <summary>Online Boutique with injected faults.</summary>
    public NezhaData? Nezha { get; init; }

    /// <summary>Latencies with small regressions.</summary>
    public DelagData? Delag { get; init; }

    /// <summary>Traffic shapes.</summary>
    public ShapesData? Shapes { get; init; }

    /// <summary>Reads the sets of a folder.</summary>
    /// <param name="folder">A folder with at least one of changerca, petshop, nezha, delag, shapes.</param>
    /// <exception cref="RecordedDataException">There is none of them, or one cannot be read.</exception>
    public static RecordedFolder Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new RecordedDataException($"{folder} is not a folder.");
        }

        var data = new RecordedFolder
        {
            ChangeRca = Set(folder, "changerca", ChangeRcaData.Read),
            Petshop = Set(folder, "petshop", PetshopData.Read),
            Nezha = Set(folder, "nezha", NezhaData.Read),
            Delag = Set(folder, "delag", DelagData.Read),
            Shapes = Set(folder, "shapes", ShapesData.Read),
        };
        return data is { ChangeRca: null, Petshop: null, Nezha: null, Delag: null, Shapes: null }
            ? throw new RecordedDataException($"{folder} holds none of the folders changerca, petshop, nezha, delag, shapes.")
            : data;
    }

    private static T? Set<T>(string folder, string name, Func<string, T> read)
        where T : class
    {
        var path = Path.Combine(folder, name);
        return Directory.Exists(path) ? read(path) : null;
    }
}

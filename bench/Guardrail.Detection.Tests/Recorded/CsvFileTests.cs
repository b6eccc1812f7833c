using Guardrail.Detection.Recorded;
using Guardrail.Detection.Recorded.Csv;

namespace Guardrail.Detection.Tests.Recorded;

public sealed class CsvFileTests
{
    private static readonly string[] Columns = ["name", "value"];

    private TemporaryFolder folder = null!;

    [SetUp]
    public void SetUp() => folder = new();

    [TearDown]
    public void TearDown() => folder.Dispose();

    [TestCase("rows.csv")]
    [TestCase("rows.csv.gz")]
    public void Reads_plain_and_compressed_rows_with_columns_in_any_order(string name)
    {
        var path = folder.Write(name, "value,name", "1.5,one", string.Empty, "2,\"a, \"\"b\"\"\"\r");

        Assert.That(Read(path), Is.EqualTo(new[] { ("one", 1.5), ("a, \"b\"", 2) }));
    }

    [TestCase("name", "rows.csv, line 1: the column value is missing; wanted are name,value.")]
    [TestCase("name,value,colour", "rows.csv, line 1: the column colour is unknown; wanted are name,value.")]
    [TestCase("name,value,name", "rows.csv, line 1: a column is named twice; wanted are name,value.")]
    public void A_header_that_is_not_the_one_wanted_is_refused(string header, string message) =>
        Assert.That(() => Read(folder.Write("rows.csv", header)), Throws.TypeOf<RecordedDataException>().With.Message.EndsWith(message));

    [TestCase("a,b", "rows.csv, line 3, column value: \"b\" is not a number.")]
    [TestCase("a,1e999", "rows.csv, line 3, column value: \"1e999\" is not a number.")]
    [TestCase("a,", "rows.csv, line 3, column value: \"\" is not a number.")]
    [TestCase(",1", "rows.csv, line 3, column name: \"\" is not a name.")]
    [TestCase("a", "rows.csv, line 3: 1 cells where 2 are wanted.")]
    [TestCase("\"a,1", "rows.csv, line 3: a quoted cell does not end on its line.")]
    public void A_damaged_row_is_named_by_file_line_and_column(string row, string message) =>
        Assert.That(() => Read(folder.Write("rows.csv", "name,value", "a,1", row)), Throws.TypeOf<RecordedDataException>().With.Message.EndsWith(message));

    [Test]
    public void A_number_is_read_alike_whatever_the_culture() =>
        Assert.That(Read(folder.Write("rows.csv", "name,value", "a,1.5"))[0].Value, Is.EqualTo(1.5));

    [Test]
    public void A_file_that_is_too_large_is_refused()
    {
        var path = folder.Write("rows.csv", "name,value", "a,1", "b,2", new string('c', 100) + ",3");

        Assert.That(() => Read(path, new() { Lines = 2 }), Throws.TypeOf<RecordedDataException>().With.Message.Contains("more than 2 lines"));
        Assert.That(() => Read(path, new() { LineCharacters = 50 }), Throws.TypeOf<RecordedDataException>().With.Message.Contains("line 4: longer than 50"));
        Assert.That(() => Read(path, new() { Characters = 20 }), Throws.TypeOf<RecordedDataException>().With.Message.Contains("more than 20 characters"));
    }

    [Test]
    public void A_missing_or_damaged_file_is_one_sentence()
    {
        var damaged = folder.Write("rows.csv", "name,value");
        File.Move(damaged, damaged + ".gz");

        Assert.That(() => Read(damaged), Throws.TypeOf<RecordedDataException>().With.Message.Contains("rows.csv cannot be read"));
        Assert.That(() => Read(damaged + ".gz"), Throws.TypeOf<RecordedDataException>().With.Message.Contains("rows.csv.gz cannot be read"));
    }

    private static IReadOnlyList<(string Name, double Value)> Read(string path, CsvLimits? limits = null) =>
        CsvFile.Read(path, Columns, row => (row.Name(0), row.Number(1)), limits);
}

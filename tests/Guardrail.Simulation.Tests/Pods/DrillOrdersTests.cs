using System.Text;
using Guardrail.Simulation.Pods;

namespace Guardrail.Simulation.Tests.Pods;

internal sealed class DrillOrdersTests
{
    private static readonly DrillOrders[] Samples =
    [
        new() { Ready = true },
        new() { Ready = false, Exit = DrillExit.OutOfMemory },
        new() { Ready = true, Metrics = "a{b=\"\\\\ <&> \u00e9\"} 1\n", Exit = DrillExit.Crash },
    ];

    [TestCaseSource(nameof(Samples))]
    public void What_is_written_is_read(DrillOrders orders) => Assert.That(DrillOrders.Parse(orders.ToUtf8()), Is.EqualTo(orders));

    [Test]
    public void They_are_written_as_documented()
    {
        var orders = new DrillOrders { Ready = true, Metrics = "up{pod=\"a\"} 1\n", Exit = DrillExit.OutOfMemory };

        Assert.That(Encoding.UTF8.GetString(orders.ToUtf8()), Is.EqualTo("""{"ready":true,"metrics":"up{pod=\"a\"} 1\n","exit":"outOfMemory"}"""));
    }

    [Test]
    public void Only_ready_must_be_there() =>
        Assert.That(DrillOrders.Parse("{\"ready\":true}"u8.ToArray()), Is.EqualTo(new DrillOrders { Ready = true }));

    [TestCase("", "The orders are not JSON: see line 1, byte 1.")]
    [TestCase("{\n \"ready\": yes}", "The orders are not JSON: see line 2, byte 11.")]
    [TestCase("[]", "The orders are no JSON object with the field ready.")]
    [TestCase("null", "The orders are no JSON object with the field ready.")]
    [TestCase("{}", "The orders lack the field ready: true or false.")]
    [TestCase("{\"ready\": \"true\"}", "The field ready of the orders takes true or false.")]
    [TestCase("{\"ready\": true, \"metrics\": 1}", "The field metrics of the orders takes a text or null.")]
    [TestCase("{\"ready\": true, \"exit\": true}", "The field exit of the orders takes crash, outOfMemory or null.")]
    [TestCase("{\"ready\": true, \"exit\": \"Crash\"}", "The field exit of the orders takes crash, outOfMemory or null, not 'Crash'.")]
    [TestCase("{\"ready\": true, \"exit\": \"0\"}", "The field exit of the orders takes crash, outOfMemory or null, not '0'.")]
    [TestCase("{\"Ready\": true}", "The orders have no field 'Ready'; they take ready, metrics and exit.")]
    [TestCase("{\"ready\": true, \"ready\": false}", "The orders name a field twice.")]
    [TestCase("{\"ready\": true, \"metrics\": \"\\ud800\"}", "The orders hold text that is not Unicode.")]
    public void What_is_no_orders_is_refused_in_one_sentence(string json, string sentence) =>
        Assert.That(() => DrillOrders.Parse(Encoding.UTF8.GetBytes(json)), Throws.TypeOf<FormatException>().With.Message.EqualTo(sentence));
}

using System.Globalization;
using System.Xml.Linq;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary>Expectations as JUnit XML, which CI systems show as tests.</summary>
internal static class JUnitReport
{
    public static XDocument Of(Scenario scenario, IReadOnlyList<ExpectationCheck> checks, TimeSpan took)
    {
        var seconds = took.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
        var failures = checks.Count(c => !c.IsMet).ToString(CultureInfo.InvariantCulture);
        var count = checks.Count.ToString(CultureInfo.InvariantCulture);
        return new(new XElement(
            "testsuites",
            new XElement(
                "testsuite",
                new XAttribute("name", scenario.Name),
                new XAttribute("tests", count),
                new XAttribute("failures", failures),
                new XAttribute("time", seconds),
                checks.Select(Case))));

        XElement Case(ExpectationCheck check) => new(
            "testcase",
            new XAttribute("classname", scenario.Name),
            new XAttribute("name", $"{check.Subject}: {check.Expected}"),
            check.IsMet ? null : new XElement("failure", new XAttribute("message", $"expected {check.Expected}, but it was {check.Found}")));
    }
}

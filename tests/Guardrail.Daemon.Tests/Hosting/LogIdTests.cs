using System.Reflection;
using Guardrail.Daemon.Hosting;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Tests.Hosting;

public sealed class LogIdTests
{
    [Test]
    public void An_event_id_stands_for_one_message()
    {
        const BindingFlags any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var messages = typeof(GuardrailHost).Assembly.GetTypes().SelectMany(t => t.GetMethods(any))
            .Select(m => (Name: $"{m.DeclaringType!.Name}.{m.Name}", Told: m.GetCustomAttribute<LoggerMessageAttribute>())).Where(m => m.Told is not null).ToList();
        var twice = messages.GroupBy(m => m.Told!.EventId).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(m => m.Name))}");
        Assert.That(messages, Has.Count.GreaterThan(40));
        Assert.That(twice, Is.Empty);
    }
}

using Guardrail.Daemon.Notifications;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Daemon.Tests.Notifications;

internal sealed class NotificationsFileTests
{
    [Test]
    public void URLs_come_from_the_file_the_environment_or_another_file()
    {
        var secret = Path.GetTempFileName();
        File.WriteAllText(secret, "https://from-file.example.com/secret\n");
        Environment.SetEnvironmentVariable("GUARDRAIL_TEST_URL", "https://from-env.example.com/secret");
        try
        {
            var read = Read($"""
                notifications:
                  labels: {"{cluster: prod}"}
                  receivers:
                  - name: on-call
                    type: Slack
                    urlFromEnv: GUARDRAIL_TEST_URL
                    least: Warning
                  - name: audit
                    type: Webhook
                    urlFromFile: {secret}
                    events: [RolledBack, RolloutEnded]
                  - name: alerts
                    type: Alertmanager
                    url: http://alertmanager:9093
                """);
            Assert.That(read.Receivers.Select(r => (r.Name, r.Type, r.Url.Host)), Is.EqualTo(new[]
            {
                ("on-call", ReceiverType.Slack, "from-env.example.com"),
                ("audit", ReceiverType.Webhook, "from-file.example.com"),
                ("alerts", ReceiverType.Alertmanager, "alertmanager:9093"),
            }));
            Assert.That(read.Labels["cluster"], Is.EqualTo("prod"));
            Assert.That(read.Receivers[0].Least, Is.EqualTo(NotificationSeverity.Warning));
            Assert.That(read.Receivers[1].Events, Is.EquivalentTo(new[] { NotificationKind.RolledBack, NotificationKind.RolloutEnded }));
        }
        finally
        {
            Environment.SetEnvironmentVariable("GUARDRAIL_TEST_URL", null);
            File.Delete(secret);
        }
    }

    [TestCase("notifications: {receivers: []}", "n.yaml(1,28): notifications.receivers must name 1 to 32 receivers.")]
    [TestCase("notifcations: {}", "n.yaml(1,1): notifcations is not a field; did you mean notifications?")]
    [TestCase(
        "notifications: {receivers: [{name: a, type: Slack}]}",
        "n.yaml(1,29): notifications.receivers[0] needs exactly one of url, urlFromEnv and urlFromFile.")]
    [TestCase(
        "notifications: {receivers: [{name: a, type: Slack, urlFromEnv: NOT_SET_ANYWHERE}]}",
        "n.yaml(1,64): notifications.receivers[0].urlFromEnv names the environment variable NOT_SET_ANYWHERE, which is not set.")]
    [TestCase(
        "notifications: {receivers: [{name: a, type: Slack, url: hooks/secret}]}",
        "notifications.receivers[0].url holds no http or https URL; write one such as https://hooks.example.com/path.")]
    [TestCase("notifications: {receivers: [{name: a, type: slack, url: 'http://a'}]}", "must be one of Webhook, Slack, Alertmanager")]
    [TestCase("{", "n.yaml")]
    public void A_mistake_is_told_with_its_place_and_without_the_secret(string text, string sentence) => Assert.That(
        () => Read(text), Throws.TypeOf<ConfigurationException>().With.Message.Contains(sentence).And.Message.Not.Contains("hooks/secret"));

    private static NotificationOptions Read(string text) => NotificationsFile.Load(new StringReader(text), "n.yaml");
}

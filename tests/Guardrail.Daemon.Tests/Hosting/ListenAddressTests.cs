using System.Net;
using System.Net.Sockets;
using Guardrail.Daemon.Hosting;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Daemon.Tests.Hosting;

internal sealed class ListenAddressTests
{
    [TestCase("127.0.0.1:9464", "127.0.0.1:9464")]
    [TestCase("localhost:80", "127.0.0.1:80")]
    [TestCase("*:0", "0.0.0.0:0")]
    [TestCase("[::1]:9464", "[::1]:9464")]
    public void An_address_with_a_port_is_read(string text, string address) =>
        Assert.That(ListenAddress.Parse(text).ToString(), Is.EqualTo(address));

    [TestCase("")]
    [TestCase("9464")]
    [TestCase(":9464")]
    [TestCase("127.0.0.1")]
    [TestCase("127.0.0.1:")]
    [TestCase("127.0.0.1:65536")]
    [TestCase("127.0.0.1:-1")]
    [TestCase("prometheus:9090")]
    public void Anything_else_is_told_with_an_example(string text) => Assert.That(
        () => ListenAddress.Parse(text), Throws.TypeOf<ConfigurationException>().With.Message.Contains("such as 127.0.0.1:9464"));

    [Test]
    public void A_taken_port_is_told_and_a_free_one_is_not()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = (IPEndPoint)taken.LocalEndpoint;

        Assert.That(() => ListenAddress.RequireFree(address), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith($"{address} is taken"));
        taken.Stop();
        Assert.That(() => ListenAddress.RequireFree(address), Throws.Nothing);
    }
}

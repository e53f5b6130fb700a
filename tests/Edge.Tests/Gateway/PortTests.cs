using System.Net;
using System.Net.Sockets;

using Edge.Gateway.Configuration;
using Edge.Gateway.Hosting;
using Edge.TestKit;

namespace Edge.Tests.Gateway;

public sealed class PortTests : IDisposable
{
    private readonly TcpListener _other = new(IPAddress.Loopback, 0);

    public PortTests() => _other.Start();

    private int Port => ((IPEndPoint)_other.LocalEndpoint).Port;

    // Another test may be starting a process just now: between fork and exec that one holds our sockets, too.
    [Fact]
    public Task The_holder_of_a_port_is_named_with_its_pid() =>
        Eventually.HoldsAsync(() => PortOwner.Describe(Port).Contains($"(pid {Environment.ProcessId})", StringComparison.Ordinal));

    [Fact]
    public void A_free_port_has_no_known_holder()
    {
        var port = Port;
        _other.Stop();

        Assert.Equal("another process", PortOwner.Describe(port));
    }

    [Fact]
    public void A_taken_port_gives_way_where_that_is_allowed()
    {
        var listeners = OnlyHttp(TakenPort.Next);

        var clash = Assert.Single(PortPlan.Settle(listeners));

        Assert.Equal(("http", Port), (clash.Listener, clash.Port));
        Assert.Equal(0, listeners.Http.Port);
    }

    [Fact]
    public void A_taken_port_stops_a_service_with_the_holders_name()
    {
        var error = Assert.Throws<ConfigurationException>(() => PortPlan.Settle(OnlyHttp(TakenPort.Fail)));

        Assert.Matches($@"listeners:http:port {Port} is held by .+ \(pid \d+\): stop it", error.Errors[0]);
    }

    [Fact]
    public void An_address_of_another_machine_is_named_as_such()
    {
        var listeners = OnlyHttp(TakenPort.Next);
        listeners.Http.Address = "192.0.2.1"; // RFC 5737: nobody's

        var error = Assert.Throws<ConfigurationException>(() => PortPlan.Settle(listeners));

        Assert.Equal("listeners:http:address is '192.0.2.1', which this machine does not have: give one of its own, localhost, or any.", Assert.Single(error.Errors));
    }

    public void Dispose() => _other.Dispose();

    private ListenersOptions OnlyHttp(TakenPort takenPort)
    {
        var off = new MqttListenerOptions { Enabled = false };
        return new() { TakenPort = takenPort, Mqtts = off, Mqtt = off, Xmpp = new() { Enabled = false }, Https = new() { Enabled = false }, Http = new() { Address = "localhost", Port = Port } };
    }
}

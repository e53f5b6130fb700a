using Edge.Gateway.Configuration;
using Edge.Gateway.Hosting;
using Edge.Transport.Tls;

namespace Edge.Tests.Gateway;

public sealed class ListenerOptionsTests
{
    [Fact]
    public void The_defaults_are_good_and_clear_text_stays_on_this_machine()
    {
        var options = new ListenersOptions();

        Assert.Empty(Faults(options));
        Assert.All(options.All.Where(l => l.IsClearText), l => Assert.True(l.Listener.IsLoopback));
        Assert.All(options.All.Select(l => l.Listener).OfType<IMqttPolicyOptions>(), l => Assert.False(l.Anonymous || l.ClearText));
        Assert.Empty(new Listeners(options, []).Open);
    }

    [Fact]
    public void Clear_text_on_the_network_has_to_be_asked_for()
    {
        var options = With(new MoreListenerOptions { Name = "garden", Protocol = MqttListenerProtocol.Mqtt, Address = "192.0.2.1", Port = 1884 });

        Assert.Equal(
            "listeners:more:0:address is '192.0.2.1', but this listener is clear text: give localhost, use a listener with TLS, or set clearText: true where everybody on that network may read passwords.",
            Assert.Single(Faults(options)));
        options.More[0].ClearText = true;
        Assert.Empty(Faults(options));
    }

    [Fact]
    public void The_portal_in_clear_text_and_MQTT_over_WebSocket_with_it_stay_on_this_machine_unless_it_is_asked_for()
    {
        var options = new ListenersOptions { Http = { Enabled = true, Address = "any" } };

        Assert.Equal(
            "listeners:http:address is 'any', but this listener is clear text: give localhost, use the TLS listener (https), or set clearText: true where everybody on that network may read passwords.",
            Assert.Single(Faults(options)));
        options.Http.ClearText = true;
        Assert.Empty(Faults(options));
        options.Https.ClearText = true;
        Assert.Equal("listeners:https:clearText is true, but this listener has TLS: leave it out.", Assert.Single(Faults(options)));
    }

    [Fact]
    public void Components_of_XMPP_stay_on_this_machine_unless_they_speak_TLS()
    {
        var options = new ListenersOptions { XmppComponents = { Enabled = true, Address = "any" } };

        Assert.Equal(
            "listeners:xmppComponents:address is 'any', but this listener is clear text: give localhost, or set tls: true.", Assert.Single(Faults(options)));
        options.XmppComponents.Tls = true;
        Assert.Empty(Faults(options));
    }

    [Fact]
    public void Listeners_that_let_the_network_in_without_a_password_are_told_of()
    {
        var options = With(
            new MoreListenerOptions { Name = "open", Anonymous = true },
            new MoreListenerOptions { Name = "bench", Address = "localhost", Anonymous = true },
            new MoreListenerOptions { Name = "off", Anonymous = true, Enabled = false });
        options.Https.Anonymous = true;

        Assert.Equal(["listeners:https", "listeners:more:0"], new Listeners(options, []).Open);
    }

    [Theory, InlineData(""), InlineData("a b"), InlineData("mqtts")]
    public void A_further_listener_needs_a_name_of_its_own(string name) => Assert.Single(Faults(With(new MoreListenerOptions { Name = name, Port = 8884 })));

    [Theory, InlineData("::1"), InlineData("127.0.0.1"), InlineData("fe80::1"), InlineData("any")]
    public void Addresses_of_both_families_do(string address) => Assert.Empty(Faults(With(new MoreListenerOptions { Name = "more", Address = address, Port = 8884 })));

    [Fact]
    public void What_is_no_address_is_named() =>
        Assert.Equal("listeners:more:0:address is 'garden': give an IP address, localhost, or any.", Assert.Single(Faults(With(new MoreListenerOptions { Name = "more", Address = "garden" }))));

    [Fact]
    public void The_same_port_does_at_two_addresses_but_not_beside_every_address()
    {
        var options = With(new MoreListenerOptions { Name = "a", Address = "127.0.0.1", Port = 9000 }, new MoreListenerOptions { Name = "b", Address = "::1", Port = 9000 });
        Assert.Empty(Faults(options));

        options.More[1].Address = "any";

        Assert.Equal("listeners: a and b share port 9000: give each its own.", Assert.Single(Faults(options)));
    }

    [Fact]
    public void Client_certificates_need_TLS_and_their_CA()
    {
        var options = new ListenersOptions();
        options.Mqtt.ClientCertificates = options.Mqtts.ClientCertificates = ClientCertificateDemand.Required;
        options.Mqtts.ClientAuthority = "/nowhere/ca.pem";

        Assert.Equal(
            [
                "listeners:mqtts:clientAuthority is '/nowhere/ca.pem', which is not there: correct the path.",
                "listeners:mqtt:clientCertificates needs TLS: use a listener with TLS.",
                "listeners:mqtt:clientAuthority is missing: give the PEM file of the CA that client certificates must be of.",
            ],
            Faults(options));
    }

    [Fact]
    public void Certificates_of_XMPP_clients_need_their_CA_too_and_signing_in_without_TLS_no_listener_with_TLS()
    {
        var options = new ListenersOptions { Xmpp = { ClientCertificates = ClientCertificateDemand.Optional }, Xmpps = { Enabled = true, AllowPlain = true } };

        Assert.Equal(
            [
                "listeners:xmpp:clientAuthority is missing: give the PEM file of the CA that client certificates must be of.",
                "listeners:xmpps:allowPlain is true, but this listener has TLS: leave it out.",
            ],
            Faults(options));
    }

    [Fact]
    public void A_CA_that_nobody_asks_for_and_clear_text_beside_TLS_are_contradictions()
    {
        var options = new ListenersOptions();
        (options.Mqtts.ClientAuthority, options.Mqtts.ClearText) = ("ca.pem", true);

        Assert.Equal(2, Faults(options).Count);
    }

    private static ListenersOptions With(params MoreListenerOptions[] more)
    {
        var options = new ListenersOptions();
        foreach (var listener in more) options.More.Add(listener);
        return options;
    }

    private static List<string> Faults(ListenersOptions options) => [.. new ListenersOptionsValidator().Validate(null, options).Failures ?? []];
}

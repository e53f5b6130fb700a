using Edge.Gateway.Configuration;
using Edge.Gateway.Hosting;
using Edge.TestKit;
using Edge.Things.Nodes;
using Edge.Things.Registry;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Gateway;

public sealed class ExternalModeTests
{
    private static readonly (string Key, string Value)[] External =
    [
        ("xmpp:mode", "external"), ("xmpp:external:host", "127.0.0.1"), ("xmpp:external:port", "1"), ("xmpp:external:componentPort", "1"),
        ("xmpp:external:password", "secret"), ("xmpp:external:components:things:secret", "secret"), ("xmpp:external:components:provisioning:secret", "secret"),
        ("listeners:xmpp:enabled", "true"), ("listeners:xmpp:port", "0"), ("listeners:http:enabled", "true"), ("listeners:http:port", "0"),
    ];

    [Fact]
    public async Task The_gateway_listens_for_no_XMPP_clients_and_all_else_goes_on()
    {
        using var folder = new TempFolder();
        await using var gateway = await SmallGateway.StartAsync(folder, External);
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{gateway.Endpoints.Http}") };

        Assert.Equal(0, gateway.Endpoints.Xmpp);
        Assert.NotEqual(0, gateway.Endpoints.Mqtt);
        var hostMeta = await http.GetAsync("/.well-known/host-meta", TestContext.Current.CancellationToken);
        Assert.False(hostMeta.IsSuccessStatusCode && (await hostMeta.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains("xmpp", StringComparison.Ordinal));
        Assert.Contains("edge_xmpp_external_connected", await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("concentrator@edge.local", gateway.Services.GetRequiredService<IConcentrator>().Address.ToString());
        Assert.NotNull(gateway.Services.GetRequiredService<IThingRegistry>());
    }

    [Fact]
    public void What_is_missing_is_told_before_the_start()
    {
        var keys = new Dictionary<string, string?> { ["xmpp:mode"] = "external" };

        var error = Assert.Throws<ConfigurationException>(() => GatewayHost.Check(GatewayConfiguration.Load(null, keys)));

        foreach (var key in (string[])["xmpp:external:password", "xmpp:external:components:things:secret", "xmpp:external:componentHost"])
            Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }
}

using System.Net;

using Edge.Tests.Portal.Kit;

namespace Edge.Tests.Portal;

public sealed class ClientTests
{
    [Fact]
    public async Task An_operator_sees_who_is_connected_and_ends_a_connection()
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");
        var page = (await olga.GetAsync("/clients")).Text;
        Assert.Contains("meter-1", page, StringComparison.Ordinal);
        Assert.Contains("7 (512 bytes)", page, StringComparison.Ordinal);

        var ended = await olga.SubmitAsync("/clients", "/clients/disconnect");

        Assert.Contains("Its connection is ended.", (await olga.FollowAsync(ended)).Text, StringComparison.Ordinal);
        Assert.Equal([("meter-1", "olga")], host.Get<FakeClients>().Ended);
        Assert.Contains("Nobody is connected.", (await olga.GetAsync("/clients")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_is_there_as_json_for_operators_only()
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");
        using var anna = await host.OpenAsync("anna");

        Assert.Contains("\"clientId\":\"meter-1\"", (await olga.GetAsync("/api/clients")).Html, StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.OK, (await anna.GetAsync("/api/clients")).Status);
    }
}

using Edge.Identity.Accounts;
using Edge.TestKit;
using Edge.Tests.Portal.Kit;
using Edge.Xmpp.Client;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Gateway;

/// <summary>Guesses are counted once for all servers.</summary>
public sealed class GuessTests
{
    private const string Password = "o, be some other name";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wrong_passwords_in_the_portal_hold_an_XMPP_client_up()
    {
        using var folder = new TempFolder();
        await using var gateway = await SmallGateway.StartAsync(
            folder, ("identity:signInFailuresPerAddress", "3"), ("identity:scramIterations", "4096"), ("xmpp:sasl:failureDelayMilliseconds", "0"),
            ("listeners:http:enabled", "true"), ("listeners:http:port", "0"),
            ("listeners:xmpp:enabled", "true"), ("listeners:xmpp:address", "localhost"), ("listeners:xmpp:port", "0"), ("listeners:xmpp:allowPlain", "true"));
        foreach (var name in (string[])["juliet", "romeo"]) await gateway.Services.GetRequiredService<IAccounts>().CreateAsync(name, Password, Roles.Owner, Cancel);
        XmppClientOptions Client(string name) =>
            new() { Host = "127.0.0.1", Port = gateway.Endpoints.Xmpp, Domain = "edge.local", User = name, Password = Password, AllowPlain = true };
        await (await XmppClient.ConnectAsync(Client("romeo"), TimeProvider.System, Cancel)).DisposeAsync();
        using var browser = new Browser(new($"http://127.0.0.1:{gateway.Endpoints.Http}"));

        for (var i = 0; i < 3; i++)
        {
            var wrong = await browser.SubmitAsync("/sign-in", "password", ("Password.Name", "juliet"), ("Password.Password", "wherefore art thou " + i));
            Assert.Contains("Name or password is wrong.", wrong.Text, StringComparison.Ordinal);
        }

        var right = await browser.SubmitAsync("/sign-in", "password", ("Password.Name", "juliet"), ("Password.Password", Password));
        Assert.Contains("Too many wrong passwords.", right.Text, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<XmppClientException>(() => XmppClient.ConnectAsync(Client("juliet"), TimeProvider.System, Cancel));
        Assert.Equal("temporary-auth-failure", refused.Condition);
        await gateway.StopAsync(Cancel);
    }
}

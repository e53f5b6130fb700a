using System.Text.Json;

using Edge.Identity.Accounts;
using Edge.Identity.Registration;

namespace Edge.Conformance.Xmpp.Registration;

/// <summary>A device with slixmpp makes its own account, from the text of XEP-0348 alone.</summary>
public sealed class SlixmppRegistrationTests
{
    [Theory]
    [InlineData("HMAC-SHA1")]
    [InlineData("HMAC-SHA256")]
    public async Task A_device_registers_with_its_key_signs_in_changes_its_password_and_goes(string method)
    {
        await using var gateway = await XmppGateway.StartAsync();
        var given = (await gateway.Get<IRegistrationKeys>().CreateAsync("Meters", 5, 0, "olga")).Given!;

        var steps = await gateway.RunPythonAsync("Registration/slixmpp_registration.py", given.Key.Id, given.Secret, method, "meter-7");

        Assert.Contains("oauth_token_secret", steps["form"].GetProperty("fields").EnumerateArray().Select(f => f.GetString()));
        Assert.Equal("result", Text(steps, "registered", "outcome")); // the last of two: the impostor's was refused
        Assert.Equal(("session_start", "meter-7@edge.local"), (Text(steps, "signed in", "outcome"), Text(steps, "signed in", "jid")));
        Assert.Equal("session_start", Text(steps, "signed in again", "outcome"));
        Assert.Equal("not-authorized", Text(steps, "removed", "condition"));
        Assert.Equal("failed_all_auth", Text(steps, "late", "outcome"));
        Assert.Null(await gateway.Get<IAccounts>().FindAsync("meter-7"));
        Assert.Equal(1, (await gateway.Get<IRegistrationKeys>().ListAsync()).Single().Used);
    }

    private static string Text(Dictionary<string, JsonElement> steps, string step, string key) => steps[step].GetProperty(key).GetString()!;
}

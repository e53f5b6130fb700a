using Edge.Identity.Accounts;
using Edge.Mqtt.Client;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Features.Authentication;

/// <summary>User name and password of an account.</summary>
public sealed class PasswordCredentialTests
{
    private static readonly string[] Grants =
    [
        "authentication:grants:0:who=user:juliet@edge.local", "authentication:grants:0:topics:0:rw=rw", "authentication:grants:0:topics:0:topic=home/%u/#",
        "authentication:grants:1:who=role:owner", "authentication:grants:1:topics:0:rw=r", "authentication:grants:1:topics:0:topic=news/%c",
    ];

    [Theory]
    [InlineData("juliet")]
    [InlineData("Juliet@EDGE.local")]
    public async Task A_right_password_lets_in_as_the_accounts_address_with_what_is_granted_to_it(string userName)
    {
        await using var broker = await StartAsync();
        await using var client = await ConnectAsync(broker, userName, "phone");

        Assert.Equal("juliet@edge.local", broker.Sessions.Connected().Single().Identity.Subject);
        Assert.True(await client.SubscribeAsync("home/juliet@edge.local/door"));
        Assert.True(await client.SubscribeAsync("news/phone"));
        Assert.False(await client.SubscribeAsync("news/other"));
        Assert.False(await client.SubscribeAsync("home/+/door"));
    }

    [Theory]
    [InlineData("juliet", "a rose by any other name")]
    [InlineData("nobody", "password of nobody")]
    [InlineData("juliet@elsewhere.example", "password of juliet")]
    [InlineData("", "password of juliet")]
    [InlineData("nurse", "password of nurse")] // right, but granted nothing
    public async Task Whatever_is_wrong_the_return_code_is_one_and_the_log_says_what_helps(string userName, string password)
    {
        await using var broker = await StartAsync();
        broker.Passwords.With("nurse");

        var refused = await Assert.ThrowsAsync<MqttConnectRefusedException>(() => ConnectAsync(broker, userName, "phone", password));

        Assert.Equal(5, refused.ReturnCode);
        await Eventually.HoldsAsync(() => broker.Log.Lines.Any(l => l.Contains("Refused", StringComparison.Ordinal)));
        Assert.DoesNotContain(password, string.Join('\n', broker.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_identifier_cannot_widen_what_is_granted()
    {
        await using var broker = await StartAsync();
        await using var client = await ConnectAsync(broker, "juliet", "#");

        Assert.False(await client.SubscribeAsync("news/#"));
        Assert.False(await client.SubscribeAsync("news/anything"));
    }

    [Fact]
    public async Task Another_password_ends_the_live_sessions_of_its_account_and_no_others()
    {
        await using var broker = await StartAsync();
        await using var client = await ConnectAsync(broker, "juliet", "phone");
        await using var other = await broker.ConnectAnyAsync("other");

        broker.Passwords.Change("juliet");

        Assert.NotNull(await client.Closed);
        Assert.Equal("other", Assert.Single(broker.Sessions.Connected()).ClientId);
    }

    [Fact]
    public async Task A_password_changed_during_the_connect_ends_the_session_too()
    {
        var storage = new FakeStorage();
        await using var broker = await TestBroker.StartAsync(storage, null, Grants);
        broker.Passwords.With("juliet");
        var disk = new TaskCompletionSource();
        var isHeld = false;
        storage.BeforeCommit = () => // holds the connect back between password and session
        {
            isHeld = true;
            return disk.Task;
        };
        var raw = broker.Open();
        await raw.ConnectAsync("juliet", FakePasswords.PasswordOf("juliet"), clean: false);
        await Eventually.HoldsAsync(() => isHeld);

        broker.Passwords.Change("juliet");
        disk.SetResult();

        Assert.Equal(EndReason.Revoked, await raw.Ended);
    }

    [Fact]
    public async Task What_looks_like_a_token_is_never_tried_as_a_password()
    {
        await using var broker = await StartAsync();
        var asked = false;
        broker.Passwords.BeforeAnswer = () =>
        {
            asked = true;
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<MqttConnectRefusedException>(() => ConnectAsync(broker, "juliet", "phone", "token-made-up"));

        Assert.False(asked);
    }

    private static async Task<TestBroker> StartAsync()
    {
        var broker = await TestBroker.StartAsync(Grants);
        broker.Passwords.With("juliet", Roles.Owner);
        return broker;
    }

    private static Task<MqttClient> ConnectAsync(TestBroker broker, string userName, string clientId, string? password = null) =>
        MqttClient.ConnectAsync(broker.Open().Pipe, new()
        {
            ClientId = clientId,
            UserName = userName,
            Password = password ?? FakePasswords.PasswordOf("juliet"),
            Clock = broker.Clock,
        });
}

using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Features;
using Edge.Mqtt.Features.Authentication;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Features.Authentication;

/// <summary>AUTH of MQTT 5 with the method OAUTH2-JWT, as the feature sees it.</summary>
public sealed class EnhancedAuthenticationTests
{
    [Fact]
    public async Task A_good_token_is_accepted_at_connect()
    {
        await using var broker = await TestBroker.StartAsync();

        var step = await AuthenticateAsync(broker, broker.Tokens.Issue("juliet", "rw a"));

        Assert.Equal(MqttAuthentication.Accepted, step.Outcome);
        Assert.Equal("juliet", step.Identity?.Subject);
        Assert.True(step.Identity!.MayWrite("a"));
    }

    [Fact]
    public async Task A_fresh_token_of_the_same_subject_is_accepted_in_the_session_with_its_own_scopes()
    {
        await using var broker = await TestBroker.StartAsync();
        var first = await AuthenticateAsync(broker, broker.Tokens.Issue("juliet", "rw a"));

        var again = await AuthenticateAsync(broker, broker.Tokens.Issue("juliet", "r b"), again: first.Identity);

        Assert.Equal(MqttAuthentication.Accepted, again.Outcome);
        Assert.False(again.Identity!.MayWrite("a"));
        Assert.True(again.Identity.MayRead("b"));
    }

    [Fact]
    public async Task A_token_of_another_subject_does_not_inherit_the_session()
    {
        await using var broker = await TestBroker.StartAsync();
        var first = await AuthenticateAsync(broker, broker.Tokens.Issue("juliet", "rw a"));

        var again = await AuthenticateAsync(broker, broker.Tokens.Issue("romeo", "rw #"), again: first.Identity);

        Assert.Equal((MqttAuthentication.Refused, MqttReason.NotAuthorized), (again.Outcome, again.Refusal));
        Assert.Equal("juliet", again.Identity?.Subject);
    }

    [Theory]
    [InlineData("token-made-up")]
    [InlineData("")]
    [InlineData("\ud800")]
    public async Task A_bad_token_is_refused_with_the_one_reason(string token)
    {
        await using var broker = await TestBroker.StartAsync();

        var step = await AuthenticateAsync(broker, token);

        Assert.Equal((MqttAuthentication.Refused, MqttReason.NotAuthorized), (step.Outcome, step.Refusal));
        Assert.Contains("fetch a new one", step.RefusalDetail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SCRAM-SHA-1")]
    [InlineData("oauth2-jwt")]
    [InlineData("")]
    public async Task An_unknown_method_is_a_bad_authentication_method(string method)
    {
        await using var broker = await TestBroker.StartAsync();

        var step = await AuthenticateAsync(broker, broker.Tokens.Issue("juliet", "rw a"), method);

        Assert.Equal((MqttAuthentication.Refused, MqttReason.BadAuthenticationMethod), (step.Outcome, step.Refusal));
    }

    private static async Task<MqttAuthenticating> AuthenticateAsync(
        TestBroker broker, string token, string method = AuthenticationFeature.BearerMethod, MqttIdentity? again = null)
    {
        var step = new MqttAuthenticating("phone", method, Encoding.UTF8.GetBytes(token)) { IsReauthentication = again is not null, Identity = again };
        await broker.Get<FeatureSet>().AuthenticateAsync(step, TestContext.Current.CancellationToken);
        return step;
    }
}

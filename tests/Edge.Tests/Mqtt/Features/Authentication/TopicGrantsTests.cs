using Edge.Identity.Accounts;
using Edge.Identity.Tokens;
using Edge.Mqtt.Features.Authentication;

using Microsoft.Extensions.Options;

namespace Edge.Tests.Mqtt.Features.Authentication;

public sealed class TopicGrantsTests
{
    [Fact]
    public void An_account_has_what_it_its_roles_and_everybody_are_granted()
    {
        var grants = Grants(("user:Juliet@edge.local", "a"), ("role:OWNER", "b"), ("user:*", "c"), ("user:romeo@edge.local", "d"), ("role:operator", "e"), ("certificate:*", "f"));

        Assert.Equal(["a", "c", "b"], Filters(grants.ForAccount("juliet@edge.local", Roles.Owner | Roles.Device)));
        Assert.Equal(["c"], Filters(grants.ForAccount("nurse@edge.local", Roles.None)));
    }

    [Fact]
    public void Nobody_is_granted_anything_by_default()
    {
        var grants = Grants();

        Assert.Empty(grants.ForAccount("juliet@edge.local", Roles.Operator));
        Assert.Empty(grants.ForCertificate("meter"));
        Assert.Empty(grants.ForToken("idp:juliet"));
    }

    [Fact]
    public void A_name_of_one_kind_is_none_of_another()
    {
        var grants = Grants(("user:juliet@edge.local", "a"), ("certificate:meter", "b"), ("token:idp:juliet", "c"));

        Assert.Empty(grants.ForCertificate("juliet@edge.local"));
        Assert.Equal(["b"], Filters(grants.ForCertificate("meter")));
        Assert.Empty(grants.ForCertificate("METER"));
        Assert.Equal(["c"], Filters(grants.ForToken("idp:juliet")));
    }

    [Fact]
    public void Who_is_called_star_is_not_everybody() => Assert.Empty(Grants(("certificate:*", "a")).ForCertificate("*"));

    private static IEnumerable<string> Filters(IReadOnlyList<TopicScope> scopes) => scopes.Select(s => s.Filter);

    private static TopicGrants Grants(params (string Who, string Topic)[] entries)
    {
        var options = new AuthenticationOptions();
        foreach (var (who, topic) in entries) options.Grants.Add(new() { Who = who, Topics = { new() { Rw = "r", Topic = topic } } });
        return new(Options.Create(options));
    }
}

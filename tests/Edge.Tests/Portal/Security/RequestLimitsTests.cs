using System.Net;
using Edge.Identity.Accounts;
using Edge.Portal;
using Edge.Portal.Security;

namespace Edge.Tests.Portal.Security;

public sealed class RequestLimitsTests
{
    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void A_household_counts_as_one_address(string one, string other, bool isSame) =>
        Assert.Equal(isSame, ClientNetwork.Of(IPAddress.Parse(one)) == ClientNetwork.Of(IPAddress.Parse(other)));

    [Fact]
    public void Wrong_options_are_all_told_with_their_keys()
    {
        var options = new PortalOptions { PublicUrl = "edge", SessionIdleHours = 0, MaxFormBytes = 1, LiveConnections = 0 };

        var failures = new PortalOptionsValidator().Validate(null, options).Failures!.ToList();

        Assert.Equal(4, failures.Count);
        Assert.Contains("portal:sessionIdleHours is 0: give 1 to 8760.", failures);
        Assert.True(new PortalOptionsValidator().Validate(null, new()).Succeeded);
    }
}

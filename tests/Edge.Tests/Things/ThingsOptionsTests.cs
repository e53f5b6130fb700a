using Edge.Things;

using Microsoft.Extensions.Options;

namespace Edge.Tests.Things;

public sealed class ThingsOptionsTests
{
    [Fact]
    public async Task Every_error_is_told_at_once_with_its_key_and_remedy()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => ThingsHost.StartAsync(settings:
            [("domain", "not a domain"), ("maxThings", "0"), ("maxTagsPerThing", "0"), ("maxFailedClaimsPerMinute", "0"), ("maxQuestionsPerOwner", "0"),
             ("maxQuestionsPerCaller", "0"), ("maxNamesPerQuestion", "0"), ("maxRulesPerOwner", "0"), ("maxFieldsPerThing", "0"), ("readTimeoutSeconds", "0"), ("controlTimeoutSeconds", "301")]));

        Assert.Equal(11, error.Failures.Count());
        Assert.Contains("things:domain is 'not a domain': give a domain name such as edge.local.", error.Failures);
        Assert.Contains("things:controlTimeoutSeconds is 301: give 1 to 300.", error.Failures);
    }

    [Theory]
    [InlineData("me@edge.local")]
    [InlineData("edge.local/x")]
    [InlineData("")]
    public void An_address_is_not_a_domain(string domain) =>
        Assert.True(new ThingsOptionsValidator().Validate(null, new() { Domain = domain }).Failed);

    [Fact]
    public void The_services_live_below_the_domain()
    {
        var options = new ThingsOptions { Domain = "home.example" };

        Assert.Equal(
            ["things.home.example", "provisioning.home.example", "concentrator.home.example"],
            new[] { options.RegistryAddress, options.ProvisioningAddress, options.ConcentratorAddress }.Select(a => a.ToString()));
    }
}

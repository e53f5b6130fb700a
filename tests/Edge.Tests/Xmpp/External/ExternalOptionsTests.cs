using Edge.Xmpp.External;

namespace Edge.Tests.Xmpp.External;

public sealed class ExternalOptionsTests
{
    [Fact]
    public void A_server_on_this_machine_needs_a_password_and_two_secrets() => Assert.Empty(Errors(_ => { }));

    [Fact]
    public void What_is_missing_is_told_together_each_with_its_key()
    {
        var errors = new ExternalOptionsValidator().Validate(null, new() { Host = "localhost" }).Failures!.ToList();

        Assert.Equal(
            ["xmpp:external:password", "xmpp:external:components:things:secret", "xmpp:external:components:provisioning:secret"],
            errors.Select(e => e.Split(' ')[0]));
    }

    [Theory]
    [InlineData("127.0.0.1", "", false, true)]
    [InlineData("::1", "", false, true)]
    [InlineData("xmpp.example.org", "localhost", false, true)]
    [InlineData("xmpp.example.org", "", false, false)]
    [InlineData("", "", false, false)]
    [InlineData("localhost", "10.0.0.5", false, false)]
    [InlineData("xmpp.example.org", "", true, true)]
    public void Components_go_in_the_clear_to_another_machine_only_where_that_is_wanted(string host, string componentHost, bool clearText, bool isFine)
    {
        var errors = Errors(o => (o.Host, o.ComponentHost, o.ClearText) = (host, componentHost, clearText));

        Assert.Equal(isFine ? [] : ["xmpp:external:componentHost"], errors.Select(e => e.Split(' ')[0]));
    }

    [Fact]
    public void A_secret_is_given_once_and_a_file_is_there()
    {
        Assert.Contains("both given", Assert.Single(Errors(o => o.PasswordFile = "/nowhere")), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Single(Errors(o => (o.Password, o.PasswordFile) = ("", "/nowhere"))), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Single(Errors(o => o.AuthorityFile = "/nowhere")), StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_no_other_components() =>
        Assert.StartsWith("xmpp:external:components:other:", Assert.Single(Errors(o => o.Components["other"] = new())), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "edge")]
    [InlineData("a@b", "edge")]
    [InlineData("concentrator", "")]
    public void The_account_and_its_resource_are_parts_of_an_address(string account, string resource) => Assert.StartsWith(
        "xmpp:external:account", Assert.Single(Errors(o => (o.Account, o.Resource) = (account, resource))), StringComparison.Ordinal);

    [Fact]
    public void Every_number_has_a_range()
    {
        var errors = Errors(o =>
            (o.Port, o.ComponentPort, o.ConnectSeconds, o.MaxRetrySeconds, o.PingSeconds, o.MaxQueuedStanzas, o.MaxRequests, o.MaxOnline) = (0, 0, 0, 0, 0, 0, 0, 0));

        foreach (var property in typeof(ExternalOptions).GetProperties().Where(p => p.PropertyType == typeof(int)))
            Assert.Contains(errors, e => e.StartsWith($"xmpp:external:{char.ToLowerInvariant(property.Name[0])}{property.Name[1..]} is 0: give", StringComparison.Ordinal));
    }

    private static List<string> Errors(Action<ExternalOptions> change)
    {
        var options = new ExternalOptions { Host = "localhost", Password = "secret" };
        foreach (var component in ExternalNames.Components) options.Components[component] = new() { Secret = "secret" };
        change(options);
        return [.. new ExternalOptionsValidator().Validate(null, options).Failures ?? []];
    }
}

using System.Text.RegularExpressions;

using Edge.Gateway.Configuration;
using Edge.Gateway.Hosting;
using Edge.Identity;
using Edge.Mqtt.Features.Authentication;
using Edge.TestKit;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Gateway;

/// <summary>The lists that let strangers in: read from YAML as the sample shows them, with every slip told.</summary>
public sealed class CredentialConfigurationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task The_commented_entries_of_the_sample_are_good()
    {
        var sample = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "gateway.sample.yaml"), TestContext.Current.CancellationToken);
        // As a person does it: the empty list or map in front goes, and so does the mark of the comment.
        var lines = sample.Select(line => Regex.Replace(line.Replace(": []", ":", StringComparison.Ordinal).Replace(": {}", ":", StringComparison.Ordinal), "^( +)# ", "$1"));

        var secret = _folder.File("plays-secret");
        await File.WriteAllTextAsync(secret, "a secret of sixteen letters or more", TestContext.Current.CancellationToken);
        await using var host = Build(string.Join('\n', lines).Replace("/etc/edge/plays-secret", secret, StringComparison.Ordinal));

        var identity = host.Services.GetRequiredService<IOptions<IdentityOptions>>().Value;
        Assert.Equal("keycloak", Assert.Single(identity.Issuers).Name);
        Assert.Equal(["ES256", "RS256"], identity.Issuers[0].Algorithms);
        Assert.Equal("oauth", Assert.Single(identity.Introspection).Name);
        var grant = Assert.Single(host.Services.GetRequiredService<IOptions<AuthenticationOptions>>().Value.Grants);
        Assert.Equal(["home/%u/#", "news/#"], grant.Topics.Select(t => t.Topic));
    }

    [Fact]
    public void Every_slip_is_told_with_its_place()
    {
        var error = Assert.Throws<ConfigurationException>(() => Build("""
            identity:
              issuers:
                - { name: idp, issuer: https://idp.example, audience: edge, jwksUri: http://idp.example/jwks, algorithm: ES256 }
            mqtt:
              authentication:
                grants: [{ who: juliet, topics: [{ rw: rwx, topic: a# }] }]
            """));

        Assert.Contains(error.Errors, e => e.StartsWith("identity:issuers:0:algorithm is not a setting: did you mean algorithms?", StringComparison.Ordinal));
        Assert.Contains(error.Errors, e => e.StartsWith("identity:issuers:0:jwksUri is 'http://idp.example/jwks': give an https URI", StringComparison.Ordinal));
        Assert.Equal(3, error.Errors.Count(e => e.StartsWith("mqtt:authentication:grants:0:", StringComparison.Ordinal)));
    }

    public void Dispose() => _folder.Dispose();

    private GatewayHost Build(string yaml)
    {
        var file = _folder.File("gateway.yaml");
        File.WriteAllText(file, yaml);
        return GatewayHost.Build(GatewayConfiguration.Load(file, new Dictionary<string, string?> { ["gateway:dataFolder"] = _folder.File("data"), ["listeners:takenPort"] = "next" }));
    }
}

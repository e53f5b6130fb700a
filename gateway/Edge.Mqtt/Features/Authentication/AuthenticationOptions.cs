using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>Section <c>mqtt:authentication</c>.</summary>
public sealed class AuthenticationOptions
{
    /// <summary>Seconds that a session outlives its token (0 to 3600): time to come back with a fresh one, or, in MQTT 5, to authenticate anew in the
    /// session. Half a minute.</summary>
    public int GraceSeconds { get; set; } = 30;

    /// <summary>What in a client certificate says who it is.</summary>
    public CertificateName CertificateName { get; set; } = CertificateName.CommonName;

    /// <summary>What is put before that name, so that a certificate's "juliet" is never the account's. Give it empty only where the CA of the clients may speak
    /// for every account and node of this gateway.</summary>
    public string CertificatePrefix { get; set; } = "cert:";

    /// <summary>What clients may do with topics that show no topic scopes themselves: who signs in with a password or a certificate, and tokens of foreign issuers
    /// without such scopes. Nothing is granted by default.</summary>
    public IList<TopicGrant> Grants { get; } = [];
}

/// <summary>What in a client certificate says who it is.</summary>
public enum CertificateName
{
    /// <summary>The common name of its subject.</summary>
    CommonName,

    /// <summary>The first URI of its alternative names (RFC 5280 §4.2.1.6).</summary>
    Uri,

    /// <summary>The first e-mail address of its alternative names.</summary>
    Email,

    /// <summary>The first DNS name of its alternative names.</summary>
    Dns,
}

/// <summary>Who may do what (an entry of <c>mqtt:authentication:grants</c>).</summary>
public sealed class TopicGrant
{
    /// <summary><c>user:juliet@edge.local</c>, <c>role:owner</c>, <c>certificate:meter-7</c> or <c>token:keycloak:juliet</c>; with <c>*</c> for the name: everybody
    /// of that kind.</summary>
    public string Who { get; set; } = "";

    /// <summary>What: all entries that fit somebody add up.</summary>
    public IList<TopicRule> Topics { get; } = [];
}

/// <summary>A topic filter and what it grants.</summary>
public sealed class TopicRule
{
    /// <summary><c>r</c>: subscribe and receive; <c>w</c>: publish; <c>rw</c>: both.</summary>
    public string Rw { get; set; } = "";

    /// <summary>The filter, with <c>%u</c> for who it is and <c>%c</c> for the client identifier.</summary>
    public string Topic { get; set; } = "";
}

internal sealed class AuthenticationOptionsValidator : IValidateOptions<AuthenticationOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthenticationOptions options)
    {
        var errors = new OptionErrors("mqtt:authentication").Range("graceSeconds", options.GraceSeconds, 0, 3600);
        for (var i = 0; i < options.Grants.Count; i++) Check($"mqtt:authentication:grants:{i}", options.Grants[i], errors);
        return errors.Result;
    }

    private static void Check(string path, TopicGrant grant, OptionErrors errors)
    {
        if (!TopicGrants.IsWho(grant.Who))
            errors.Add($"{path}:who is '{grant.Who}': give user:, certificate: or token: and a name or *, or role: and one of {TopicGrants.RoleNames}.");

        for (var i = 0; i < grant.Topics.Count; i++)
        {
            var rule = grant.Topics[i];
            if (Identity.Tokens.TopicScopeText.Access(rule.Rw) is null) errors.Add($"{path}:topics:{i}:rw is '{rule.Rw}': give r, w or rw.");
            if (!Placeholders.IsFilter(rule.Topic))
                errors.Add($"{path}:topics:{i}:topic is '{rule.Topic}': give a topic filter, such as home/%u/#, with no placeholder but %u and %c.");
        }
    }
}

using Edge.Identity.Accounts;
using Edge.Identity.Tokens;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>What the configuration grants to whom (<c>mqtt:authentication:grants</c>).</summary>
internal sealed class TopicGrants
{
    private const string User = "user:";
    private const string Certificate = "certificate:";
    private const string Token = "token:";
    private const string Role = "role:";
    private const string Everybody = "*";

    private static readonly Roles[] Named = [Roles.Operator, Roles.Owner, Roles.Device, Roles.Service];

    private readonly ILookup<string, TopicScope> _byWho;

    public TopicGrants(IOptions<AuthenticationOptions> options) => _byWho = options.Value.Grants
        .SelectMany(grant => grant.Topics.Select(rule => (Who: Normal(grant.Who), Scope: new TopicScope(TopicScopeText.Access(rule.Rw)!.Value, rule.Topic))))
        .ToLookup(entry => entry.Who, entry => entry.Scope, StringComparer.Ordinal);

    /// <summary>The roles that may be named, for an error text.</summary>
    public static string RoleNames => string.Join(", ", Named.Select(Name));

    /// <summary>Is this somebody that a grant may name?</summary>
    public static bool IsWho(string who) =>
        Rest(who, User) || Rest(who, Certificate) || Rest(who, Token) || Named.Any(role => who.Equals(Role + Name(role), StringComparison.OrdinalIgnoreCase));

    /// <summary>For an account, by its address and its roles.</summary>
    public IReadOnlyList<TopicScope> ForAccount(string address, Roles roles) =>
        [.. For(User, address.ToLowerInvariant()), .. Named.Where(role => roles.HasFlag(role)).SelectMany(role => _byWho[Role + Name(role)])];

    /// <summary>For a client certificate, by the name in it.</summary>
    public IReadOnlyList<TopicScope> ForCertificate(string name) => [.. For(Certificate, name)];

    /// <summary>For a foreign token, by its subject.</summary>
    public IReadOnlyList<TopicScope> ForToken(string subject) => [.. For(Token, subject)];

    private static bool Rest(string who, string kind) => who.StartsWith(kind, StringComparison.Ordinal) && who.Length > kind.Length;

    private static string Name(Roles role) => role.ToString().ToLowerInvariant();

    // Accounts and roles compare without regard to case, as accounts do everywhere; the names of others are theirs.
    private static string Normal(string who) =>
        who.StartsWith(User, StringComparison.Ordinal) || who.StartsWith(Role, StringComparison.OrdinalIgnoreCase) ? who.ToLowerInvariant() : who;

    // Whoever is called "*" is not everybody.
    private IEnumerable<TopicScope> For(string kind, string name) => name == Everybody ? [] : _byWho[kind + name].Concat(_byWho[kind + Everybody]);
}

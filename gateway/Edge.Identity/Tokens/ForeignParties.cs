using Edge.Identity.Tokens.Foreign;
using Edge.Identity.Tokens.Introspection;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Identity.Tokens;

/// <summary>The foreign issuers and introspection endpoints of the configuration.</summary>
internal sealed class ForeignParties : IDisposable
{
    private readonly ForeignHttp _http;
    private readonly Dictionary<string, ForeignIssuer> _issuers;
    private readonly Dictionary<string, Introspector> _endpoints;

    public ForeignParties(IOptions<IdentityOptions> options, TimeProvider clock, ILoggerFactory loggers)
    {
        var own = options.Value;
        _http = new(clock);
        _issuers = own.Issuers.ToDictionary(i => i.Issuer, Issuer, StringComparer.Ordinal);
        _endpoints = own.Introspection.ToDictionary(e => e.UserName, Endpoint, StringComparer.Ordinal);

        ForeignIssuer Issuer(IssuerOptions issuer) =>
            new(issuer, new(issuer, new(issuer, _http), clock, loggers.CreateLogger<IssuerKeys>()), own, clock);

        Introspector Endpoint(IntrospectionOptions endpoint) => new(endpoint, _http, own, clock, loggers.CreateLogger<Introspector>());
    }

    /// <summary>The issuer of an <c>iss</c> claim, or null for a stranger.</summary>
    public ForeignIssuer? IssuerOf(string issuer) => _issuers.GetValueOrDefault(issuer);

    /// <summary>The endpoint that a user name chooses; none chooses the only one there is.</summary>
    public Introspector? EndpointFor(string? userName) => string.IsNullOrEmpty(userName)
        ? _endpoints.Count == 1 ? _endpoints.Values.First() : null
        : _endpoints.GetValueOrDefault(userName);

    public void Dispose()
    {
        foreach (var endpoint in _endpoints.Values) endpoint.Dispose();
        _http.Dispose();
    }
}

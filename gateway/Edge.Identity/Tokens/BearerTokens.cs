using Edge.Identity.Tokens.Foreign;
using Edge.Identity.Tokens.Introspection;

using Microsoft.Extensions.Options;

namespace Edge.Identity.Tokens;

/// <summary>Leads a token to whoever can judge it, and remembers by its hash what was found good.</summary>
internal sealed class BearerTokens : IBearerTokens, IDisposable
{
    private const int MostOfIssuerInLog = 100;

    private readonly BoundedCache<TokenHash, TokenClaims> _known;
    private readonly TokenReader _own;
    private readonly TokenJudge _judge;
    private readonly ForeignParties _foreign;
    private readonly TokenService _service;
    private readonly IdentityOptions _options;
    private readonly int _mostBytes;

    public BearerTokens(TokenReader own, TokenJudge judge, ForeignParties foreign, TokenService service, IOptions<IdentityOptions> options)
    {
        (_own, _judge, _foreign, _service, _options) = (own, judge, foreign, service, options.Value);
        _known = new(_options.TokenCacheEntries);
        _mostBytes = _options.Issuers.Select(i => i.MaxTokenBytes).Append(_options.MaxTokenBytes).Max();
        service.Revoked += OnChanged;
        service.ScopesChanged += OnChanged;
    }

    public event Action<string>? Changed;

    public bool IsJwt(string token) => CompactJwt.LooksLike(token);

    public bool IsOpaque(string? userName) => _foreign.EndpointFor(userName) is not null;

    public ValueTask<TokenValidation> ValidateAsync(string token, string? userName = null, CancellationToken cancel = default)
    {
        if (!CompactJwt.LooksLike(token)) return IntrospectAsync(token, userName, cancel);
        if (token.Length > _mostBytes) return new(new TokenValidation(null, TokenError.Invalid, $"it is longer than identity:maxTokenBytes ({_options.MaxTokenBytes}) allows"));

        var hash = TokenHash.Of(token);
        return _known.TryGet(hash, out var claims) ? new(_judge.Judge(claims)) : ReadAsync(token, hash, userName, cancel);
    }

    public TokenValidation Recheck(TokenClaims claims) => _judge.Judge(claims);

    public void Dispose()
    {
        _service.Revoked -= OnChanged;
        _service.ScopesChanged -= OnChanged;
    }

    private void OnChanged(string client) => Changed?.Invoke(client);

    private async ValueTask<TokenValidation> ReadAsync(string token, TokenHash hash, string? userName, CancellationToken cancel)
    {
        // A signature takes a Pi a millisecond: never on the thread that serves everybody's sockets.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (CompactJwt.Parse(token, _mostBytes) is not { } jwt) return new(null, TokenError.Invalid, "it is no well-formed JWT");

        var issuer = IssuerOf(jwt);
        TokenValidation read;
        if (issuer == _options.Issuer)
            read = token.Length <= _options.MaxTokenBytes && _own.Read(jwt) is { } claims ? new(claims, TokenError.None) : new(null, TokenError.Invalid);
        else if (issuer is not null && _foreign.IssuerOf(issuer) is { } foreign)
            read = await foreign.ReadAsync(jwt, token.Length, cancel).ConfigureAwait(false);
        else if (IsOpaque(userName))
            return await IntrospectAsync(token, userName, cancel).ConfigureAwait(false); // a JWT that only its server may read
        else
            return new(null, TokenError.Invalid, $"its issuer {Show(issuer)} is neither this gateway nor in identity:issuers");

        // Only what a signature has proved is remembered; what is wrong costs whoever sends it, not the others.
        if (read.Claims is not { } good) return read;

        _known.Set(hash, good);
        return _judge.Judge(good);
    }

    private async ValueTask<TokenValidation> IntrospectAsync(string token, string? userName, CancellationToken cancel)
    {
        if (_foreign.EndpointFor(userName) is not { } endpoint) return new(null, TokenError.Invalid);

        var answer = await endpoint.AskAsync(token, cancel).ConfigureAwait(false);
        return answer.Claims is { } claims ? _judge.Judge(claims) : answer;
    }

    private static string? IssuerOf(CompactJwt jwt)
    {
        try
        {
            return jwt.Payload.Text("iss");
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // It was written by whoever sent the token: no line ends in the log, and no novels.
    private static string Show(string? issuer) => issuer is null
        ? "(none)"
        : string.Concat(issuer.Take(MostOfIssuerInLog).Select(c => char.IsControl(c) ? '?' : c));
}

using System.Collections.Concurrent;
using System.Net.Http.Headers;

using Edge.Identity.Tokens.Foreign;

using Microsoft.Extensions.Logging;

namespace Edge.Identity.Tokens.Introspection;

/// <summary>
/// Asks one endpoint what an opaque token is good for (RFC 7662), and remembers the answer for a short while. Many clients with one token ask once; many
/// tokens ask a few at a time. Where the endpoint fails, the answer is no: for a new client at once, for a live session after <c>keepSeconds</c>.
/// </summary>
internal sealed partial class Introspector(IntrospectionOptions options, ForeignHttp http, IdentityOptions own, TimeProvider clock, ILogger logger) : IDisposable
{
    private static readonly TimeSpan WarningPause = TimeSpan.FromSeconds(30);

    private readonly BoundedCache<TokenHash, Known> _good = new(own.TokenCacheEntries);
    private readonly BoundedCache<TokenHash, Known> _bad = new(own.TokenCacheEntries); // apart, so that made-up tokens do not push good ones out
    private readonly ConcurrentDictionary<TokenHash, Lazy<Task<TokenValidation>>> _running = [];
    private readonly SemaphoreSlim _turns = new(options.MaxConcurrent);
    private long _nextWarning;

    /// <summary>The user name that chooses this endpoint.</summary>
    public string UserName => options.UserName;

    /// <summary>What a token is good for; completes at once where that is known.</summary>
    public ValueTask<TokenValidation> AskAsync(string token, CancellationToken cancel)
    {
        if (token.Length is 0 || token.Length > options.MaxTokenBytes || !IsToken(token))
            return new(new TokenValidation(null, TokenError.Invalid, "it is no token: RFC 6750 §2.1 has its letters"));

        var hash = TokenHash.Of(token);
        var now = clock.GetUtcNow();
        if ((_good.TryGet(hash, out var known) || _bad.TryGet(hash, out known)) && now < known.FreshUntil) return new(known.Answer);

        // Begun by whoever got his entry in, and only then: the question takes its entry out when it is answered.
        var asked = _running.GetOrAdd(hash, static (key, ask) => new(() => Task.Run(() => ask.Self.AskNowAsync(key, ask.Token))), (Self: this, Token: token));
        return new(asked.Value.WaitAsync(cancel));
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private static bool IsToken(string token) => token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '+' or '/' or '=');

    private async Task<TokenValidation> AskNowAsync(TokenHash hash, string token)
    {
        try
        {
            var answer = await SendAsync(token).ConfigureAwait(false);
            return Remember(hash, answer);
        }
        finally
        {
            _running.TryRemove(hash, out _);
        }
    }

    private async Task<TokenValidation> SendAsync(string token)
    {
        var patience = TimeSpan.FromSeconds(options.TimeoutSeconds);
        if (!await TakeTurnAsync(patience).ConfigureAwait(false)) return Fail("too many questions wait for it (maxConcurrent)");

        try
        {
            var (basic, fault) = IntrospectionSecret.Read(options);
            if (basic is null) return Fail(fault!);

            using var request = new HttpRequestMessage(HttpMethod.Post, options.Endpoint)
            {
                Content = new FormUrlEncodedContent([new("token", token), new("token_type_hint", "access_token")]),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
            request.Headers.Accept.ParseAdd("application/json");
            var (bytes, problem) = await http.SendAsync(request, options.MaxAnswerBytes, patience, CancellationToken.None).ConfigureAwait(false);
            if (bytes is null) return Fail(problem!);

            var answer = IntrospectionAnswer.Read(bytes, options, TimeSpan.FromSeconds(own.ClockToleranceSeconds));
            return answer.Error == TokenError.Unavailable ? Fail(answer.Detail!) : answer;
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<bool> TakeTurnAsync(TimeSpan patience)
    {
        if (_turns.Wait(0)) return true;

        using var late = new CancellationTokenSource(patience, clock);
        try
        {
            await _turns.WaitAsync(late.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private TokenValidation Remember(TokenHash hash, TokenValidation answer)
    {
        var now = clock.GetUtcNow();
        if (answer.Error == TokenError.Unavailable) return answer; // the next client asks anew

        var (cache, seconds) = answer.Claims is null ? (_bad, options.NegativeCacheSeconds) : (_good, options.CacheSeconds);
        var freshUntil = now + TimeSpan.FromSeconds(seconds);
        if (answer.Claims is { } claims)
        {
            if (claims.ExpiresAt < freshUntil) freshUntil = claims.ExpiresAt;
            var checkAgain = now + TimeSpan.FromSeconds(options.CacheSeconds);
            answer = answer with { Claims = claims with { CheckAgainAt = checkAgain, KeepUntil = checkAgain + TimeSpan.FromSeconds(options.KeepSeconds) } };
            _bad.Remove(hash);
        }
        else _good.Remove(hash);

        cache.Set(hash, new(answer, freshUntil));
        return answer;
    }

    private TokenValidation Fail(string fault)
    {
        // Each refused client has its own line; this one is for whoever runs the gateway, and need not come a thousand times.
        var now = clock.GetUtcNow().UtcTicks;
        var next = Interlocked.Read(ref _nextWarning);
        if (now >= next && Interlocked.CompareExchange(ref _nextWarning, now + WarningPause.Ticks, next) == next) LogFailed(options.Name, options.Endpoint, fault);
        return new(null, TokenError.Unavailable, $"{options.Name} cannot tell: {fault}");
    }

    [LoggerMessage(EventId = 1170, Level = LogLevel.Warning,
        Message = "{Name} at {Endpoint} cannot say whether tokens are good: {Fault}. Clients with its tokens are refused: check identity:introspection, the network and its certificate")]
    private partial void LogFailed(string name, string endpoint, string fault);

    private sealed record Known(TokenValidation Answer, DateTimeOffset FreshUntil);
}

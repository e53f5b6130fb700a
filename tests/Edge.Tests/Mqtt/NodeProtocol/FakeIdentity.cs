using System.Collections.Concurrent;
using System.Security.Cryptography;

using Edge.Identity.Devices;
using Edge.Identity.Tokens;
using Edge.Protocol;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>A factory manifest in memory.</summary>
internal sealed class FakeSecrets : IDeviceSecrets
{
    private readonly ConcurrentDictionary<string, FactoryDevice> _devices = new();

    public Task AddAsync(FactoryDevice device, CancellationToken cancel = default)
    {
        _devices[device.NodeId] = device;
        return Task.CompletedTask;
    }

    public ValueTask<FactoryDevice?> FindAsync(string nodeId, CancellationToken cancel = default) => new(_devices.GetValueOrDefault(nodeId));

    public async ValueTask<bool> VerifyAsync(
        string nodeId, ReadOnlyMemory<byte> challenge, ReadOnlyMemory<byte> response, CancellationToken cancel = default) =>
        await FindAsync(nodeId, cancel) is { } device
        && CryptographicOperations.FixedTimeEquals(Respond(device.Secret, challenge.ToArray(), nodeId), response.Span);

    public static byte[] Respond(byte[] secret, byte[] challenge, string nodeId) =>
        TokenChallenge.Respond(secret, challenge, nodeId);
}

/// <summary>Tokens that can be read by eye.</summary>
internal sealed class FakeTokens(TimeProvider clock) : ITokenService
{
    private readonly ConcurrentDictionary<string, (string Client, IReadOnlyList<TopicScope> Scopes)> _refresh = new();
    private int _count;

    public event Action<string>? Revoked;

    public IReadOnlyList<TopicScope>? LastScopes { get; private set; }

    public AccessToken Issue(string subject, string clientId, IReadOnlyList<TopicScope> scopes, TimeSpan? lifetime = null)
    {
        LastScopes = scopes;
        return new($"access-{Interlocked.Increment(ref _count)}", clock.GetUtcNow() + (lifetime ?? TimeSpan.FromHours(1)));
    }

    public TokenValidation Validate(string token) => new(null, TokenError.Invalid);

    public Task<string> IssueRefreshAsync(string subject, string clientId, IReadOnlyList<TopicScope> scopes, CancellationToken cancel = default)
    {
        var token = $"refresh-{Interlocked.Increment(ref _count)}";
        _refresh[token] = (clientId, scopes);
        return Task.FromResult(token);
    }

    public Task<AccessToken?> RefreshAsync(string refreshToken, string clientId, CancellationToken cancel = default) =>
        Task.FromResult(_refresh.TryGetValue(refreshToken, out var entry) && entry.Client == clientId ? Issue(clientId, clientId, entry.Scopes) : null);

    public Task RevokeClientAsync(string clientId, CancellationToken cancel = default)
    {
        foreach (var (token, entry) in _refresh)
            if (entry.Client == clientId) _refresh.TryRemove(token, out _);
        Revoked?.Invoke(clientId);
        return Task.CompletedTask;
    }
}

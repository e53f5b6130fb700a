using Edge.Identity.Devices;
using Edge.Identity.Tokens;

namespace Edge.Identity.Pending;

/// <summary>Gives a device that waits what it needs to come in. What it gets is a secret, told once to the operator.</summary>
public interface IAdmission
{
    /// <summary>An access token with these scopes, under the client's own name.</summary>
    /// <exception cref="ArgumentException">The scopes make the token too long; the message names the key.</exception>
    AccessToken AllowClient(PendingDevice device, IReadOnlyList<TopicScope> scopes, TimeSpan lifetime);

    /// <summary>Puts a node into the factory manifest. Its button decides then, as for every node.</summary>
    /// <param name="device">The node.</param>
    /// <param name="secret">The secret that it was flashed with; null makes one, with which it has to be flashed.</param>
    /// <param name="cancel">Gives up.</param>
    Task<FactoryDevice> AllowNodeAsync(PendingDevice device, byte[]? secret, CancellationToken cancel = default);
}

/// <summary>The one of the gateway.</summary>
internal sealed class Admission(ITokenService tokens, IDeviceSecrets manifest, IPendingDevices pending) : IAdmission
{
    public AccessToken AllowClient(PendingDevice device, IReadOnlyList<TopicScope> scopes, TimeSpan lifetime)
    {
        var token = tokens.Issue(device.ClientId, device.ClientId, scopes, lifetime);
        pending.Remove(device.ClientId, device.Address);
        return token;
    }

    public async Task<FactoryDevice> AllowNodeAsync(PendingDevice device, byte[]? secret, CancellationToken cancel = default)
    {
        var made = FactoryDevice.Make(device.ClientId);
        if (secret is not null) made = made with { Secret = secret };
        await manifest.AddAsync(made, cancel).ConfigureAwait(false);
        pending.Remove(device.ClientId, device.Address);
        return made;
    }
}

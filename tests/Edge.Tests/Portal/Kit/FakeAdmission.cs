using Edge.Identity.Devices;
using Edge.Identity.Pending;
using Edge.Identity.Tokens;

namespace Edge.Tests.Portal.Kit;

/// <summary>Gives tokens that say in words what they are.</summary>
internal sealed class FakeAdmission(IPendingDevices pending) : IAdmission
{
    public AccessToken AllowClient(PendingDevice device, IReadOnlyList<TopicScope> scopes, TimeSpan lifetime)
    {
        pending.Remove(device.ClientId, device.Address);
        var words = scopes.Select(s => $"{(s.Access == TopicAccess.ReadWrite ? "rw" : s.Access == TopicAccess.Read ? "r" : "w")} {s.Filter}");
        return new($"token of {device.ClientId} for {string.Join(", ", words)}", DateTimeOffset.MaxValue);
    }

    public Task<FactoryDevice> AllowNodeAsync(PendingDevice device, byte[]? secret, CancellationToken cancel = default)
    {
        pending.Remove(device.ClientId, device.Address);
        return Task.FromResult(FactoryDevice.Make(device.ClientId));
    }
}

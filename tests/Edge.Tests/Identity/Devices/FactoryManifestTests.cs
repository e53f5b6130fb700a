using System.Security.Cryptography;
using System.Text;

using Edge.Identity.Devices;
using Edge.Storage;
using Edge.Storage.Memory;
using Edge.TestKit;

namespace Edge.Tests.Identity.Devices;

public sealed class FactoryManifestTests : IAsyncLifetime
{
    private static readonly FactoryDevice Device = new("esp32-a1", Encoding.UTF8.GetBytes("a secret of thirty-two bytes ..."), "CLAIMKEY") { Name = "Attic" };
    private static readonly byte[] Challenge = RandomNumberGenerator.GetBytes(32);

    private readonly TempFolder _folder = new();
    private readonly MemoryStorage _storage = new();
    private IdentityHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await IdentityHost.StartAsync(_folder, _storage);
        await _host.Get<IDeviceSecrets>().AddAsync(Device, Cancel);
    }

    [Fact]
    public async Task The_proof_of_the_node_is_accepted_and_no_other()
    {
        var right = HMACSHA256.HashData(Device.Secret, (byte[])[.. Challenge, .. "esp32-a1"u8]);

        Assert.True(await VerifyAsync("esp32-a1", Challenge, right));
        Assert.False(await VerifyAsync("esp32-a2", Challenge, right));
        Assert.False(await VerifyAsync("esp32-a1", Challenge[1..], right));
        Assert.False(await VerifyAsync("esp32-a1", Challenge, HMACSHA256.HashData(Device.Secret, Challenge)));
        foreach (var length in new[] { 0, 16, 31 }) Assert.False(await VerifyAsync("esp32-a1", Challenge, right[..length]));
    }

    [Fact]
    public async Task The_proof_is_the_one_that_the_firmware_makes()
    {
        var response = Edge.Protocol.TokenChallenge.Respond(Device.Secret, Challenge, Device.NodeId);

        Assert.True(await VerifyAsync(Device.NodeId, Challenge, response));
    }

    [Fact]
    public async Task A_restart_keeps_the_manifest()
    {
        await using var again = await IdentityHost.StartAsync(_folder, _storage);

        var device = await again.Get<IDeviceSecrets>().FindAsync("esp32-a1", Cancel);

        Assert.Equal((Device.Name, Device.ClaimKey), (device!.Name, device.ClaimKey));
        Assert.Equal(Device.Secret, device.Secret);
        Assert.Null(await again.Get<IDeviceSecrets>().FindAsync("esp32-a2", Cancel));
    }

    [Fact]
    public async Task Secret_and_claim_key_are_encrypted_in_the_store()
    {
        var kept = await _storage.Open<FactoryManifest.StoredDevice>("factory-manifest").FindAsync("esp32-a1", Cancel);

        Assert.Equal(-1, kept!.Secret.AsSpan().IndexOf(Device.Secret));
        Assert.Equal(-1, kept.ClaimKey.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Device.ClaimKey)));
    }

    [Fact]
    public async Task A_database_without_its_keys_is_told_as_such()
    {
        using var elsewhere = new TempFolder();

        var error = await Assert.ThrowsAsync<StorageException>(() => IdentityHost.StartAsync(elsewhere, _storage));

        Assert.Contains("same backup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_keys_are_in_a_folder_for_this_user_only() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.File("keys")));

    private ValueTask<bool> VerifyAsync(string node, byte[] challenge, byte[] response) => _host.Get<IDeviceSecrets>().VerifyAsync(node, challenge, response, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }
}

using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>Mosquitto's client reads the <c>$SYS</c> topics.</summary>
public sealed class SysTopicsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Mosquitto_sub_reads_what_it_reads_at_home()
    {
        await using var host = await BrokerHost.StartAsync(_folder.Path);
        await using var reader = host.Mosquitto("mosquitto_sub", "watch", host.Token("watch", "r $SYS/#"), "-t", "$SYS/broker/clients/+", "-C", "5", "-W", "20", "-F", "%t %r %p");

        var (code, output) = await reader.EndAsync();

        Assert.Equal(0, code);
        Assert.Contains("$SYS/broker/clients/connected 1 1", output, StringComparison.Ordinal);
        Assert.Contains("$SYS/broker/clients/total 1 1", output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}

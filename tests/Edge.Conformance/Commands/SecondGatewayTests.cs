using Edge.Conformance.Demo;
using Edge.TestKit;

namespace Edge.Conformance.Commands;

/// <summary>What happens when somebody uses a data folder that a gateway has.</summary>
public sealed class SecondGatewayTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_gateway_and_a_command_that_needs_the_data_say_so_and_end()
    {
        await File.WriteAllTextAsync(_folder.File("gateway.yaml"), $"gateway: {{ dataFolder: {_folder.File("data")} }}\n", Cancel);
        await using var first = GatewayProcess.Start("run", "--config", _folder.File("gateway.yaml"));
        await Eventually.HoldsAsync(() => first.Errors.Contains("CA certificate", StringComparison.Ordinal), seconds: 60);

        await EndsInWordsAsync(1, "is held by another process", "run", "--config", _folder.File("gateway.yaml"));
        await EndsInWordsAsync(1, "is held by another process", "node", "add", "esp32-1", "--config", _folder.File("gateway.yaml"));
        await EndsInWordsAsync(0, "The configuration is good.", "run", "--check", "--config", _folder.File("gateway.yaml"));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task EndsInWordsAsync(int code, string words, params string[] arguments)
    {
        await using var second = GatewayProcess.Start(arguments);

        Assert.Equal(code, await second.ExitAsync(Cancel));
        await Eventually.HoldsAsync(() => second.Errors.Contains(words, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", second.Errors, StringComparison.Ordinal);
    }
}

using System.Net;

using Edge.Gateway.Configuration;
using Edge.Gateway.Control;
using Edge.Gateway.Hosting;
using Edge.TestKit;

namespace Edge.Tests.Gateway;

public sealed class ControlSocketTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Data => _folder.File("data");

    [Fact]
    public async Task The_gateway_that_runs_answers_a_command_of_the_same_user()
    {
        await using var gateway = Build();
        await gateway.StartAsync(CancellationToken.None);
        using var client = new ControlClient(Data);

        using var answer = await client.GetAsync("nothing-of-the-kind", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.File("data/control")));
        await gateway.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Without_a_gateway_a_command_says_what_to_do()
    {
        using var client = new ControlClient(Data);

        var error = await Assert.ThrowsAsync<ControlException>(() => client.GetAsync("x", TestContext.Current.CancellationToken));

        Assert.Contains("start it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_that_a_killed_gateway_left_is_no_obstacle()
    {
        Directory.CreateDirectory(_folder.File("data/control"));
        await File.WriteAllTextAsync(ControlSocket.PathIn(Data), "", TestContext.Current.CancellationToken);
        await using var gateway = Build();

        await gateway.StartAsync(CancellationToken.None);
        await gateway.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_second_gateway_with_the_same_folder_is_refused_by_name()
    {
        await using var first = Build();
        await first.StartAsync(CancellationToken.None);
        await using var second = Build();

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => second.StartAsync(CancellationToken.None));

        Assert.Contains("gateway:dataFolder", Assert.Single(error.Errors), StringComparison.Ordinal);
        await first.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_folder_too_deep_for_a_socket_costs_the_commands_and_nothing_else()
    {
        var deep = _folder.File(string.Join('/', Enumerable.Repeat("deeper-and-deeper", 8)));
        await using var gateway = Build(deep);

        await gateway.StartAsync(CancellationToken.None);

        Assert.False(File.Exists(ControlSocket.PathIn(deep)));
        await gateway.StopAsync(CancellationToken.None);
    }

    public void Dispose() => _folder.Dispose();

    private GatewayHost Build(string? data = null) => GatewayHost.Build(GatewayConfiguration.Load(null, new Dictionary<string, string?>
    {
        ["gateway:dataFolder"] = data ?? Data,
        ["gateway:logLevel"] = "None",
        ["storage:driver"] = "memory",
        ["listeners:mqtts:enabled"] = "false",
        ["listeners:mqtt:port"] = "0",
        ["listeners:xmpp:enabled"] = "false",
        ["listeners:https:enabled"] = "false",
    }));
}

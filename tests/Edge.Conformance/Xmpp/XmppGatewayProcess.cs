using System.Net;
using System.Net.Sockets;

using Edge.Conformance.Demo;
using Edge.Identity.Accounts;
using Edge.Identity.Registration;
using Edge.Xmpp.Client;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Conformance.Xmpp;

/// <summary>The gateway with XMPP alone as a process of its own.</summary>
internal sealed class XmppGatewayProcess(string folder) : IAsyncDisposable
{
    /// <summary>With which accounts are made over the wire.</summary>
    public GivenRegistrationKey Key { get; private set; } = null!;

    /// <summary>The process.</summary>
    public GatewayOnDisk Process { get; } = new(folder);

    /// <summary>Where it listens now.</summary>
    public int Port { get; private set; }

    /// <summary>Makes accounts, and a key, before the gateway opens the folder.</summary>
    public Task AddAccountsAsync(params IEnumerable<string> names) => Process.PrepareAsync(async services =>
    {
        foreach (var name in names) Assert.Equal(AccountError.None, await services.GetRequiredService<IAccounts>().CreateAsync(name, PasswordOf(name), Roles.None));
        Key = (await services.GetRequiredService<IRegistrationKeys>().CreateAsync("Devices", 10_000, 0, "olga")).Given!;
    });

    /// <summary>Starts it, on a port of the kernel's choice.</summary>
    /// <param name="address">Where it listens: <c>localhost</c>, or <c>any</c>.</param>
    /// <param name="settings">Of the section <c>xmpp</c>.</param>
    public async Task StartAsync(string address = "localhost", params string[] settings)
    {
        await Process.StartAsync(
            $$"""
            listeners:
              mqtts: { enabled: false }
              mqtt: { enabled: false }
              https: { enabled: false }
              xmpp: { address: {{address}}, allowPlain: true }
            xmpp: { {{string.Join(", ", settings)}} }
            """);
        Port = Process.PortOf("XMPP");
    }

    /// <summary>Signs in without TLS, whose price is measured elsewhere.</summary>
    public async Task<XmppClient> ConnectAsync(string name, CancellationToken cancel) => await ConnectAsync(await OpenAsync(cancel), name, cancel);

    /// <summary>As above, over a connection that was made.</summary>
    public static Task<XmppClient> ConnectAsync(Stream stream, string name, CancellationToken cancel) =>
        XmppClient.ConnectAsync(stream, new() { Host = "-", Domain = "edge.local", User = name, Password = PasswordOf(name), AllowPlain = true }, TimeProvider.System, cancel);

    /// <summary>A connection on which nothing has been said.</summary>
    public async Task<NetworkStream> OpenAsync(CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port, cancel);
        return new(socket, ownsSocket: true);
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    /// <summary>Every account's.</summary>
    public static string PasswordOf(string name) => "password of " + name;
}

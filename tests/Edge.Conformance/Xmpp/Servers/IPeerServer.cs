namespace Edge.Conformance.Xmpp.Servers;

/// <summary>Somebody else's XMPP server, on ports and in a folder of its own, stopped and started at will. It serves <see cref="XmppGateway.Domain"/>, with
/// STARTTLS and without, and takes components (XEP-0114).</summary>
internal interface IPeerServer : IAsyncDisposable
{
    /// <summary>Where clients connect on 127.0.0.1.</summary>
    int Port { get; }

    /// <summary>Where components connect on 127.0.0.1.</summary>
    int ComponentPort { get; }

    /// <summary>A PEM file: its certificate, which is its own CA.</summary>
    string AuthorityFile { get; }

    /// <summary>Starts it again, with everything that it kept.</summary>
    Task StartAsync();

    /// <summary>Stops it as an operator would.</summary>
    Task StopAsync();
}

/// <summary>How a server is set up.</summary>
/// <param name="Accounts">Their passwords are <see cref="PasswordOf"/>.</param>
/// <param name="Components">The addresses of the components that may connect with <see cref="ComponentSecret"/>.</param>
internal sealed record PeerServerSetup(IReadOnlyList<string> Accounts, IReadOnlyList<string> Components)
{
    /// <summary>What components show.</summary>
    public const string ComponentSecret = "the components' secret";

    /// <summary>The usual components of the gateway, and these accounts.</summary>
    public static PeerServerSetup With(params string[] accounts) =>
        new(accounts, [$"things.{XmppGateway.Domain}", $"provisioning.{XmppGateway.Domain}"]);

    /// <summary>The password of an account, as <see cref="XmppGateway.AddAccountsAsync"/> gives it.</summary>
    public static string PasswordOf(string account) => "password of " + account;
}

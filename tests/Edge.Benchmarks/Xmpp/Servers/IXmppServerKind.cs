using Edge.Benchmarks.Compare;

namespace Edge.Benchmarks.Xmpp.Servers;

/// <summary>A server that can be measured.</summary>
internal interface IXmppServerKind
{
    /// <summary>Its name in tables and on the command line.</summary>
    string Name { get; }

    /// <summary>Makes the accounts and starts it: on a port of 127.0.0.1, with STARTTLS, and taking clients that want none.</summary>
    Task<ServerProcess> StartAsync(XmppPlan plan);
}

/// <summary>What a server is to be started with.</summary>
/// <param name="Folder">Its own folder; its log goes to <c>server.log</c> there.</param>
/// <param name="AccountCount">How many accounts.</param>
internal sealed record XmppPlan(string Folder, int AccountCount)
{
    /// <summary>The domain of all servers.</summary>
    public const string Domain = "bench.local";

    /// <summary>The password of all accounts.</summary>
    public const string Password = "password of bench";

    /// <summary>PBKDF2 iterations of all passwords: the least that SCRAM allows (RFC 5802 §5.1), and ejabberd's own.</summary>
    public const int Iterations = 4096;

    /// <summary>The file for what it prints.</summary>
    public string Log => File("server.log");

    /// <summary>The accounts.</summary>
    public IEnumerable<string> Accounts => Enumerable.Range(0, AccountCount).Select(User);

    /// <summary>An account by its place.</summary>
    public static string User(int index) => $"u{index}";

    /// <summary>A file of the server's folder.</summary>
    public string File(string name) => Path.Combine(Folder, name);
}

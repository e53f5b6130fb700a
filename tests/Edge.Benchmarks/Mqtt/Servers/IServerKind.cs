using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Load;
using Edge.Identity.Tokens;

namespace Edge.Benchmarks.Mqtt.Servers;

/// <summary>A server that can be measured.</summary>
internal interface IServerKind
{
    /// <summary>Its name in tables and on the command line.</summary>
    string Name { get; }

    /// <summary>Gives every client credentials and starts it.</summary>
    Task<RunningServer> StartAsync(ServerPlan plan);
}

/// <summary>What a server is to be started with.</summary>
/// <param name="Folder">Its own folder; its log goes to <c>server.log</c> there.</param>
/// <param name="Clients">Who will come, and what each may do.</param>
/// <param name="IsDurable">Whether sessions are to outlive the process.</param>
internal sealed record ServerPlan(string Folder, IReadOnlyList<Client> Clients, bool IsDurable)
{
    /// <summary>The file for what it prints.</summary>
    public string Log => Path.Combine(Folder, "server.log");
}

/// <summary>A client by its identifier, which is its user name as well, and what it may do.</summary>
internal sealed record Client(string Id, params TopicScope[] Scopes);

/// <summary>A server that runs, and the logins of its clients in their order.</summary>
internal sealed record RunningServer(ServerProcess Process, IReadOnlyList<Login> Logins) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Process.Dispose();
}

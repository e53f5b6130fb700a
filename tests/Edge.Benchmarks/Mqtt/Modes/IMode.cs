using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Mqtt.Servers;

namespace Edge.Benchmarks.Mqtt.Modes;

/// <summary>One kind of load.</summary>
internal interface IMode
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it does, for the table.</summary>
    string Title { get; }

    /// <summary>Who comes, and what each may do.</summary>
    IReadOnlyList<Client> Clients { get; }

    /// <summary>Whether sessions have to outlive the process.</summary>
    bool IsDurable => false;

    /// <summary>Whether each round needs a server that has done nothing yet.</summary>
    bool NeedsFreshServer => false;

    /// <summary>Loads the server and says what came of it.</summary>
    IReadOnlyList<Figure> Run(Bench bench);
}

namespace Edge.Benchmarks.Compare;

/// <summary>One load, on one variant of a protocol, that several servers take in turn.</summary>
/// <param name="Name">The load as the command line calls it.</param>
/// <param name="Title">The load as the table calls it.</param>
/// <param name="Variant">Which of the protocol's variants.</param>
/// <param name="NeedsFreshServer">Whether each round needs a server that has done nothing yet.</param>
/// <param name="Contenders">The servers.</param>
internal sealed record Trial(string Name, string Title, string Variant, bool NeedsFreshServer, IReadOnlyList<Contender> Contenders);

/// <summary>A server by its name in tables, and how it is started in a folder of its own.</summary>
internal sealed record Contender(string Name, Func<string, Task<IContest>> StartAsync);

/// <summary>A server that runs, ready to be loaded. Its disposal ends the server.</summary>
internal interface IContest : IDisposable
{
    /// <summary>Loads it once and says what came of it.</summary>
    /// <param name="isWarm">Whether it was loaded before: just-in-time compilers and caches need their time once.</param>
    IReadOnlyList<Figure> Run(bool isWarm);
}

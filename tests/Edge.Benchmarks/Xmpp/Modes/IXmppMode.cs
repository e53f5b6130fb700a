using Edge.Benchmarks.Compare;

namespace Edge.Benchmarks.Xmpp.Modes;

/// <summary>One kind of load.</summary>
internal interface IXmppMode
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it does, for the table.</summary>
    string Title { get; }

    /// <summary>How many accounts come.</summary>
    int Accounts { get; }

    /// <summary>Whether each round needs a server that has done nothing yet.</summary>
    bool NeedsFreshServer => false;

    /// <summary>Loads the server and says what came of it.</summary>
    IReadOnlyList<Figure> Run(XmppBench bench);
}

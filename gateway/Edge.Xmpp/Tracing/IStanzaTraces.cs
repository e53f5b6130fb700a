namespace Edge.Xmpp.Tracing;

/// <summary>A trace that runs, or why there is none.</summary>
/// <param name="File">Where it is written to; null where it was refused.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Fault">Why it was refused, with the remedy; null where it runs.</param>
public sealed record TraceStart(string? File, DateTimeOffset Until, string? Fault);

/// <summary>Writes down, for a limited time, what passes between the server and one account's clients, with secrets blanked.</summary>
public interface IStanzaTraces
{
    /// <summary>Begins; what the account's clients send and get from now on is written, whichever of them connect.</summary>
    /// <param name="account">The account's name without the domain.</param>
    /// <param name="minutes">For how long.</param>
    /// <param name="folder">Where the file is made, readable by its owner only.</param>
    TraceStart Start(string account, int minutes, string folder);

    /// <summary>Ends it early.</summary>
    /// <returns>False where none runs.</returns>
    bool Stop(string account);
}

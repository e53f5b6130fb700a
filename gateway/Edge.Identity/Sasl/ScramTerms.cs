namespace Edge.Identity.Sasl;

/// <summary>What a connection offers to bind to (RFC 5056): a type's data for this connection, or null where it has none.</summary>
public interface IChannelBindings
{
    /// <summary>The types that are announced, the strongest first.</summary>
    IReadOnlyList<string> Types { get; }

    /// <summary>The data of a type; null where that is not offered.</summary>
    byte[]? Find(string type);
}

/// <summary>What is agreed before a SCRAM exchange begins.</summary>
public sealed record ScramTerms
{
    /// <summary>No binding, and nobody acts as another.</summary>
    public static ScramTerms Plain { get; } = new();

    /// <summary>What the connection can be bound to; null where no -PLUS mechanism was offered on it.</summary>
    public IChannelBindings? Bindings { get; init; }

    /// <summary>True where the client chose the -PLUS form: it must bind.</summary>
    public bool MustBind { get; init; }

    /// <summary>May somebody who signs in with this name act under that authorization identity?</summary>
    public Func<string, string, bool> MayActAs { get; init; } = static (_, _) => false;
}

namespace Edge.Identity.Tokens;

/// <summary>What a token lets its bearer do with topics.</summary>
[Flags]
public enum TopicAccess
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Subscribe and receive.</summary>
    Read = 1,

    /// <summary>Publish.</summary>
    Write = 2,

    /// <summary>Both.</summary>
    ReadWrite = Read | Write,
}

/// <summary>One entry of a topic scope: a topic filter with MQTT wildcards and what it grants. On the wire a list of
/// <c>{"rw":"rw","topic":"…"}</c> objects, as base64 JSON in the OAuth scope (Federated Identity and Access Management for IoT, §IV.C).</summary>
public sealed record TopicScope(TopicAccess Access, string Filter);

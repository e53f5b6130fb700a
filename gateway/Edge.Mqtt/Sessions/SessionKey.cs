namespace Edge.Mqtt.Sessions;

/// <summary>What a session is found by: whose it is, then the client identifier. Two subjects may use the same identifier and never meet:
/// nobody can take over, block or read another's session by guessing how it is called.</summary>
internal readonly record struct SessionKey(string Subject, string ClientId)
{
    /// <summary>As a key in the store; a subject's slashes are escaped, so that no two keys fall together.</summary>
    public override string ToString() => $"{Uri.EscapeDataString(Subject)}/{ClientId}";
}

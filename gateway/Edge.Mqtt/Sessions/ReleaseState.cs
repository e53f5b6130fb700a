namespace Edge.Mqtt.Sessions;

/// <summary>What is known of a message that PUBREC has come for: nothing; that it was sent; that PUBREC came before, which is not stored yet.</summary>
internal enum ReleaseState
{
    Unknown,
    Known,
    UnderWay,
}

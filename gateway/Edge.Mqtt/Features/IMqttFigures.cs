namespace Edge.Mqtt.Features;

/// <summary>What a part of the broker counts and the <c>$SYS</c> topics show beside what the broker counts itself. Asked about as often as somebody looks.</summary>
internal interface IMqttFigures
{
    /// <summary>Numbers by the end of their topic, behind <c>$SYS/broker/</c>.</summary>
    IEnumerable<KeyValuePair<string, long>> Figures { get; }
}

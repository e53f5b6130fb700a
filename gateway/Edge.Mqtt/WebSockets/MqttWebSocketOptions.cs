using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.WebSockets;

/// <summary>MQTT over WebSocket, at <c>/mqtt</c> of the portal's listeners (section <c>mqtt:webSocket</c>).</summary>
public sealed class MqttWebSocketOptions
{
    /// <summary>False answers 404 there.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The origins whose pages may connect, such as <c>https://panel.example</c>; <c>*</c> lets every page. A page of the host that is connected to
    /// always may, and so may who is no browser and tells no origin.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Seconds of silence after which the peer is pinged, 0 to 3600; 0 never. 30 keeps the usual proxies, which cut after a minute, from cutting.</summary>
    public int KeepAliveSeconds { get; set; } = 30;
}

/// <summary>Checks the section <c>mqtt:webSocket</c>.</summary>
internal sealed class MqttWebSocketOptionsValidator : IValidateOptions<MqttWebSocketOptions>
{
    public ValidateOptionsResult Validate(string? name, MqttWebSocketOptions options)
    {
        var errors = new OptionErrors("mqtt:webSocket").Add(OriginCheck.Errors("mqtt:webSocket", options.AllowedOrigins));
        if (options.KeepAliveSeconds is < 0 or > 3600) errors.Add($"mqtt:webSocket:keepAliveSeconds is {options.KeepAliveSeconds}: give 1 to 3600, or 0 for never.");
        return errors.Result;
    }
}

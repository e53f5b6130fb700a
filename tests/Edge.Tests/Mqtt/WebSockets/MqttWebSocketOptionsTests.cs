using Edge.Mqtt.WebSockets;

namespace Edge.Tests.Mqtt.WebSockets;

public sealed class MqttWebSocketOptionsTests
{
    [Fact]
    public void The_defaults_are_good() => Assert.True(new MqttWebSocketOptionsValidator().Validate(null, new()).Succeeded);

    [Theory, InlineData("panel.example"), InlineData("https://panel.example/path"), InlineData("ftp://panel.example")]
    public void What_is_no_origin_is_named_with_its_remedy(string origin) =>
        Assert.Equal(
            [$"mqtt:webSocket:allowedOrigins has '{origin}': give scheme, host and port only, such as https://panel.example, or *."],
            new MqttWebSocketOptionsValidator().Validate(null, new() { AllowedOrigins = { origin } }).Failures);

    [Fact]
    public void A_silence_out_of_range_is_named_with_its_remedy() =>
        Assert.Equal(
            ["mqtt:webSocket:keepAliveSeconds is 4000: give 1 to 3600, or 0 for never."],
            new MqttWebSocketOptionsValidator().Validate(null, new() { KeepAliveSeconds = 4000 }).Failures);
}

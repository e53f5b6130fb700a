using Edge.Transport.Sockets;

namespace Edge.Tests.Transport.Sockets;

public sealed class SocketOptionsTests
{
    [Fact]
    public void The_defaults_are_good() => Assert.True(new SocketOptionsValidator().Validate(null, new()).Succeeded);

    [Fact]
    public void Every_value_out_of_range_is_named_with_its_remedy()
    {
        var result = new SocketOptionsValidator().Validate(null, new() { Loops = 0, Backlog = 70_000, LingerSeconds = 31 });

        Assert.Equal(
            ["transport:loops is 0: give 1 to 64.", "transport:backlog is 70000: give 1 to 65535.", "transport:lingerSeconds is 31: give 0 to 30."],
            result.Failures);
    }
}

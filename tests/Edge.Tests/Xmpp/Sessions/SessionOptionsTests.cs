using Edge.Xmpp;
using Edge.Xmpp.Modules.ClientState;
using Edge.Xmpp.Modules.StreamManagement;
using Edge.Xmpp.Tracing;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Xmpp.Sessions;

public sealed class SessionOptionsTests
{
    [Theory]
    [InlineData("rates:stanzasPerSecond", "0", "xmpp:rates:stanzasPerSecond is 0: give 1 to 1000000.")]
    [InlineData("rates:burstStanzas", "0", "xmpp:rates:burstStanzas is 0: give 1 to 10000000.")]
    [InlineData("rates:bytesPerSecond", "1000", "xmpp:rates:bytesPerSecond is 1000: give 1024 to 2147483647.")]
    [InlineData("rates:burstBytes", "1000", "xmpp:rates:burstBytes is 1000: give 16384 to 2147483647.")]
    [InlineData("rates:overrunSeconds", "-1", "xmpp:rates:overrunSeconds is -1: give 0 to 86400.")]
    [InlineData("outboxStanzas", "1", "xmpp:outboxStanzas is 1: give 10 to 1000000.")]
    [InlineData("outboxBytes", "1", "xmpp:outboxBytes is 1: give 65536 to 1073741824.")]
    [InlineData("maxSessionsPerAccount", "0", "xmpp:maxSessionsPerAccount is 0: give 1 to 1000.")]
    [InlineData("maxUnauthenticatedBytes", "1", "xmpp:maxUnauthenticatedBytes is 1: give 4096 to 1048576.")]
    [InlineData("loginSeconds", "1", "xmpp:loginSeconds is 1: give 5 to 600.")]
    public void A_limit_of_the_sessions_that_cannot_be_is_named_with_its_remedy(string key, string value, string error) =>
        Assert.Equal([error], Errors<XmppOptions>(new XmppOptionsValidator(), key, value));

    [Theory]
    [InlineData("resumeSeconds", "-1", "xmpp:streamManagement:resumeSeconds is -1: give 0 to 86400.")]
    [InlineData("maxUnacknowledgedStanzas", "1", "xmpp:streamManagement:maxUnacknowledgedStanzas is 1: give 10 to 1000000.")]
    [InlineData("maxUnacknowledgedBytes", "1", "xmpp:streamManagement:maxUnacknowledgedBytes is 1: give 65536 to 1073741824.")]
    [InlineData("maxKeptBytes", "1", "xmpp:streamManagement:maxKeptBytes is 1: give 65536 to 1073741824.")]
    public void Likewise_of_stream_management(string key, string value, string error) =>
        Assert.Equal([error], Errors<StreamManagementOptions>(new StreamManagementOptionsValidator(), key, value));

    [Theory]
    [InlineData("maxHeldPresences", "0", "xmpp:clientState:maxHeldPresences is 0: give 1 to 100000.")]
    [InlineData("maxHeldBytes", "1", "xmpp:clientState:maxHeldBytes is 1: give 1024 to 67108864.")]
    public void Likewise_of_client_states(string key, string value, string error) =>
        Assert.Equal([error], Errors<ClientStateOptions>(new ClientStateOptionsValidator(), key, value));

    [Theory]
    [InlineData("maxMinutes", "0", "xmpp:trace:maxMinutes is 0: give 1 to 10080.")]
    [InlineData("maxBytes", "1", "xmpp:trace:maxBytes is 1: give 4096 to 1073741824.")]
    [InlineData("maxTraces", "0", "xmpp:trace:maxTraces is 0: give 1 to 100.")]
    public void Likewise_of_traces(string key, string value, string error) =>
        Assert.Equal([error], Errors<TraceOptions>(new TraceOptionsValidator(), key, value));

    [Fact]
    public void What_is_there_without_a_setting_is_good()
    {
        Assert.Empty(Errors<XmppOptions>(new XmppOptionsValidator(), "unset", ""));
        Assert.Empty(Errors<StreamManagementOptions>(new StreamManagementOptionsValidator(), "unset", ""));
        Assert.Empty(Errors<ClientStateOptions>(new ClientStateOptionsValidator(), "unset", ""));
        Assert.Empty(Errors<TraceOptions>(new TraceOptionsValidator(), "unset", ""));
    }

    private static IEnumerable<string> Errors<T>(IValidateOptions<T> validator, string key, string value) where T : class, new()
    {
        var options = new T();
        new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build().Bind(options);
        return validator.Validate(null, options).Failures ?? [];
    }
}

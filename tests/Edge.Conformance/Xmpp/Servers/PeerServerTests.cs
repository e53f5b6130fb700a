namespace Edge.Conformance.Xmpp.Servers;

/// <summary>The other servers as the tests of external mode use them: an account signs in, a component connects.</summary>
public sealed class PeerServerTests
{
    [Theory]
    [InlineData("prosody")]
    [InlineData("ejabberd")]
    public async Task A_client_and_a_component_meet_there(string kind)
    {
        var setup = PeerServerSetup.With("romeo");
        await using IPeerServer server = kind == "prosody" ? await ProsodyServer.RunAsync(setup) : await EjabberdServer.RunAsync(setup);

        var steps = await PythonScript.RunAsync("peer_server.py", ["slixmpp"],
            $"{server.Port}", $"{server.ComponentPort}", XmppGateway.Domain, server.AuthorityFile, PeerServerSetup.ComponentSecret);

        Assert.Equal("things says hello", steps["answer"].GetProperty("body").GetString());
    }
}

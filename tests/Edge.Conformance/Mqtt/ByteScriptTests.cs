using Edge.Identity.Accounts;
using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>Plays what clients say and have to hear, byte for byte, against the broker.</summary>
public sealed class ByteScriptTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> Scenes => [.. ByteScript.ReadAll().Select(s => new TheoryDataRow<string, string>(s.File, s.Title))];

    [Theory]
    [MemberData(nameof(Scenes))]
    public async Task The_broker_answers_byte_for_byte(string file, string title)
    {
        await using var host = await BrokerHost.StartAsync(
            _folder.Path,
            "authentication:grants:0:who=user:board@edge.local", "authentication:grants:0:topics:0:rw=rw", "authentication:grants:0:topics:0:topic=home/#");
        await host.Get<IAccounts>().CreateAsync("board", "let me in", Roles.Owner, TestContext.Current.CancellationToken);

        await ByteScript.ReadAll().Single(s => s.File == file && s.Title == title).PlayAsync(host.PlainPort);
    }

    public void Dispose() => _folder.Dispose();
}

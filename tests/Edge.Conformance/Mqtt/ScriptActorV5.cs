using System.IO.Pipelines;
using System.Net.Sockets;

using Edge.TestKit.Mqtt;

namespace Edge.Conformance.Mqtt;

/// <summary>One client of a scene of MQTT 5.0: says and hears the lines of <see cref="PacketLine"/>. CONNECT gets its name and token of itself, unless the line says
/// <c>no-password</c>; <c>{token}</c> stands for a token where one is wanted.</summary>
internal sealed class ScriptActorV5(TcpClient client, string name, Func<string> token) : IScriptActor
{
    private readonly PipeReader _input = PipeReader.Create(client.GetStream());

    /// <inheritdoc/>
    public async Task<string?> PlayAsync(string verb, string what)
    {
        switch (verb)
        {
            case ">":
                await client.GetStream().WriteAsync(PacketLine.ToBytes(Complete(what)));
                return null;
            case "<":
                using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20)))
                {
                    var heard = await HeardLine.ReadAsync(_input, patience.Token);
                    return HeardLine.Fits(what, heard) ? null : heard;
                }

            case "x":
                client.Close();
                return null;
            default:
                return $"\"{verb}\", which is none of > < x";
        }
    }

    public void Dispose() => client.Dispose();

    private string Complete(string what)
    {
        var line = what.Replace("{token}", token(), StringComparison.Ordinal);
        if (!line.StartsWith("CONNECT", StringComparison.Ordinal)) return line;

        return what.Contains("no-password", StringComparison.Ordinal) ? $"{line} client={name}" : $"{line} client={name} username={name} password={token()}";
    }
}

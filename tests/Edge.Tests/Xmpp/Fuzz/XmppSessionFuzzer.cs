using System.Text;

using Edge.Tests.Fuzz;

namespace Edge.Tests.Xmpp.Fuzz;

/// <summary>Damaged XMPP sessions: elements changed, swapped, repeated and left out, bytes cut, and everything in the wrong state.</summary>
internal sealed class XmppSessionFuzzer(FuzzedServer server, int seed)
    : SessionFuzzer(seed, mostBytesPerInput: 8 * 1024 * 1024, inputsPerWitness: 500) // where the queues of twenty kept sessions grow at once, that is megabytes
{
    protected override Task<Played> PlayWholeAsync(byte[] said) => server.PlayAsync(new(said));

    protected override Task<Played> PlayAsync(byte[] said, int cut) => server.PlayAsync(said, cut);

    protected override string Judge(byte[] said, Played played) => XmppJudge.Judge(played);

    protected override Task AskWitnessAsync() => server.AskWitnessAsync();

    protected override string Describe(byte[] said) => $"{Encoding.UTF8.GetString(said)}\n{base.Describe(said)}";

    protected override byte[] Damaged()
    {
        var elements = XmppSamples.Sessions[Random.Next(XmppSamples.Sessions.Count)].Select(Encoding.UTF8.GetBytes).ToList();
        for (var times = Random.Next(1, 4); times > 0; times--) Damage(elements);
        byte[] bytes = [.. elements.SelectMany(e => e)];
        return bytes.Length > 0 && Random.Next(8) == 0 ? XmlMutation.Of(bytes, Random) : bytes;
    }

    // What brings a session to its resource is damaged less often than the rest: without it not much happens.
    private void Damage(List<byte[]> elements)
    {
        if (elements.Count == 0) return;

        var at = elements.Count > 4 && Random.Next(6) > 0 ? Random.Next(4, elements.Count) : Random.Next(elements.Count);
        switch (Random.Next(6))
        {
            case 0:
                elements.RemoveAt(at);
                break;
            case 1:
                elements.Insert(Random.Next(elements.Count + 1), elements[at]);
                break;
            case 2:
                var other = XmppSamples.Sessions[Random.Next(XmppSamples.Sessions.Count)];
                elements.Insert(at, Encoding.UTF8.GetBytes(other[Random.Next(other.Count)]));
                break;
            default:
                if (elements[at].Length > 0) elements[at] = XmlMutation.Of(elements[at], Random);
                break;
        }
    }
}

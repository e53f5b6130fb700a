using System.Buffers;
using System.Diagnostics;
using System.Text;

using Edge.Benchmarks.Fuzz;
using Edge.Xmpp.Wire;

namespace Edge.Benchmarks.Wire;

/// <summary>What reading a stanza costs that is only passed on: time, and memory beside its own bytes.</summary>
internal static class XmppReading
{
    private const int Batch = 64;
    private const string Header = "<stream:stream to='edge.local' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    private static readonly (string Name, string Stanza)[] Stanzas =
    [
        ("message", "<message to='juliet@edge.local/balcony' type='chat' id='m12345'><body>Neither, fair saint, if either thee dislike.</body></message>"),
        ("ping", "<iq type='get' id='p12345' to='edge.local'><ping xmlns='urn:xmpp:ping'/></iq>"),
        ("read-out", "<message to='juliet@edge.local/balcony'><fields xmlns='urn:xmpp:iot:sensordata' seqnr='1' done='true'><node nodeId='meter'>"
            + "<timestamp value='2026-05-01T12:00:00'>" + string.Concat(Enumerable.Range(0, 20).Select(i => $"<numeric name='field {i}' momentary='true' automaticReadout='true' value='{i}.5' unit='Cel'/>"))
            + "</timestamp></node></fields></message>"),
    ];

    /// <param name="options">--stanzas N of each kind (two millions where it is not given).</param>
    /// <param name="output">Where the figures go.</param>
    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var count = FuzzOptions.Number(options, "--stanzas", 2_000_000);
        foreach (var (name, stanza) in Stanzas)
        {
            Read(stanza, Math.Min(count, 200_000)); // until it is compiled as well as it will be
            var (time, allocated) = Read(stanza, count);
            await output.WriteLineAsync($"{name,-10} {stanza.Length,5} bytes  {time.TotalNanoseconds / count,8:N0} ns  {(double)allocated / count,8:N0} bytes allocated");
        }

        return 0;
    }

    private static (TimeSpan Time, long Allocated) Read(string stanza, long count)
    {
        var reader = new XmlStreamReader(new(262_144, 64, 48, 256));
        var header = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(Header));
        reader.TryRead(ref header, out _);
        var batch = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(stanza, Batch)));
        var (allocated, watch) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
        for (var i = 0L; i < count; i += Batch)
        {
            var buffer = new ReadOnlySequence<byte>(batch);
            while (reader.TryRead(ref buffer, out _))
            {
            }
        }

        return (watch.Elapsed, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }
}

using System.Buffers;
using System.Text;
using System.Xml;

using Edge.Tests.Fuzz;
using Edge.Tests.Xmpp.Wire;
using Edge.Xmpp.Bosh;
using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Fuzz;

/// <summary>
/// Feeds damaged sessions to the codec. What comes of each is elements, the wait for more, or a stream error; never another exception, the same in pieces
/// as at once, at a bounded price in memory, and well formed for the readers of others where it would be passed on.
/// </summary>
internal sealed class XmppWireFuzzer(int seed) : Fuzzer(seed)
{
    // What any input costs, and each byte of it: elements are copied once, notes of them and a few strings made.
    private const int MostBytes = 32_768;
    private const int MostBytesPerByte = 64;

    // An independent reader looks at some only: it takes most of the time.
    private const int InputsPerReference = 8;

    private static readonly byte[][] Samples =
    [
        .. XmppSamples.Sessions.Select(XmppSamples.Bytes),
        Encoding.UTF8.GetBytes(Streams.Recorded),
        Encoding.UTF8.GetBytes(
            "<body rid='1' sid='a' key='b' xmpp:restart='true' xmlns='http://jabber.org/protocol/httpbind' xmlns:xmpp='urn:xmpp:xbosh'>" + string.Concat(XmppSamples.Talk) + "</body>"),
    ];

    public override Task RunAsync(long inputs)
    {
        for (var i = 0L; i < inputs; i++)
        {
            var bytes = XmlMutation.Of(Samples[Random.Next(Samples.Length)], Random);
            try
            {
                Count(Try(bytes, i % InputsPerReference == 0));
            }
            catch (Exception bug) when (bug is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"{Convert.ToHexString(bytes)}: {bug.Message}", bug);
            }
        }

        return Task.CompletedTask;
    }

    private string Try(byte[] bytes, bool isCompared)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (whole, outcome) = Read(new ReadOnlySequence<byte>(bytes));
        CheckAllocated(before, MostBytes + ((long)bytes.Length * MostBytesPerByte));

        CheckPieces(bytes, whole, outcome);
        if (isCompared) whole.ForEach(CheckReference);
        if (bytes.AsSpan().StartsWith("<body"u8)) BoshBody.Parse(bytes, Streams.Limits)?.ReadPayloads(Streams.Limits, 1000);
        ReadLone(bytes);
        return outcome;
    }

    private static (List<Stanza> Elements, string Outcome) Read(ReadOnlySequence<byte> buffer)
    {
        var (reader, elements) = (new XmlStreamReader(Streams.Limits), new List<Stanza>());
        try
        {
            while (reader.TryRead(ref buffer, out var part))
            {
                if (part.IsEnd) return (elements, "ends");
                if (part.Stanza is not { } element) continue;

                elements.Add(element);
                if (element.Name == "auth") reader.Restart(); // as a session does
            }

            return (elements, "waits");
        }
        catch (XmppStreamException broken)
        {
            return (elements, broken.Condition);
        }
    }

    private void CheckPieces(byte[] bytes, List<Stanza> whole, string outcome)
    {
        var first = new Piece(bytes.AsMemory(0, Random.Next(bytes.Length + 1)));
        var last = first.Append(bytes.AsMemory(first.Memory.Length));
        var (pieces, again) = Read(new(first, 0, last, last.Memory.Length));
        if (again != outcome || pieces.Count != whole.Count || !pieces.Zip(whole).All(p => p.First.Bytes.AsSpan().SequenceEqual(p.Second.Bytes)))
            throw new InvalidOperationException($"In pieces it is {again} after {pieces.Count} elements, not {outcome} after {whole.Count}.");
    }

    private static void CheckReference(Stanza element)
    {
        element.ToElement(); // what is taken becomes a tree without an error
        if (element.Kind == StanzaKind.Other) return;

        var stamped = Encoding.UTF8.GetString(element.Stamp(Edge.Xmpp.Wire.XmlText.Attribute("from", "a@b/c"), default));
        var text = $"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>{stamped}</stream:stream>";
        using var reference = XmlReader.Create(new StringReader(text), new() { DtdProcessing = DtdProcessing.Prohibit });
        while (reference.Read())
        {
        }

        var output = new ArrayBufferWriter<byte>();
        LoneElement.Write(Encoding.UTF8.GetBytes(stamped), output);
        using var alone = XmlReader.Create(new StringReader(Encoding.UTF8.GetString(output.WrittenSpan)));
        alone.MoveToContent();
        if (alone.NamespaceURI != XmppNames.ClientNamespace || alone.LocalName != element.Name) throw new InvalidOperationException("Alone it is another element.");
    }

    private static void ReadLone(byte[] bytes)
    {
        try
        {
            new LoneElementReader(Streams.Limits).Read(bytes);
        }
        catch (XmppStreamException)
        {
            // Refused: as good as read.
        }
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}

using System.Collections.Concurrent;
using System.Xml.Linq;

using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Provisioning;

/// <summary>
/// Sends questions to owners as messages: a sentence for any chat program, and the payload of the later vocabulary
/// (<c>urn:nf:iot:prov:o:1.0</c>) for programs that can show and answer it. Waits for owners who are not online.
/// </summary>
internal sealed class QuestionMail(IProvisioning provisioning, IStanzaSender sender, IOptions<ProvisioningOptions> options)
{
    private static readonly XNamespace Owner = IotArea.OwnerProvisioning.Standard[0];

    private readonly ConcurrentDictionary<string, Jid> _waiting = new(StringComparer.Ordinal);

    /// <summary>Sends a new question, or keeps it until the owner is online.</summary>
    public ValueTask AskedAsync(QuestionAsked asked, CancellationToken cancel)
    {
        if (sender.OnlineResources(asked.Question.Owner).Count > 0) return SendAsync(asked.Question, cancel);

        if (_waiting.Count < options.Value.MaxWaitingQuestions) _waiting[asked.Question.Id] = asked.Question.Owner;
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends what waits for owners who are online now, as far as it is still open.</summary>
    public async ValueTask SendWaitingAsync(CancellationToken cancel)
    {
        foreach (var owner in _waiting.Values.Distinct().Where(o => sender.OnlineResources(o).Count > 0).ToList())
        {
            foreach (var id in _waiting.Where(w => w.Value == owner).Select(w => w.Key).ToList())
            {
                if (_waiting.TryRemove(id, out _) && provisioning.QuestionsFor(owner).FirstOrDefault(q => q.Id == id) is { } question)
                    await SendAsync(question, cancel);
            }
        }
    }

    private ValueTask SendAsync(Question question, CancellationToken cancel)
    {
        var stanza = IotStanza.Message(
            new XAttribute("type", "chat"), IotStanza.Body(provisioning.Describe(question) + ". Answer in the portal."), Payload(question));
        return sender.SendAsync(IotAddress.Provisioning(sender), question.Owner, stanza, cancel);
    }

    private static XElement Payload(Question question)
    {
        var words = IotVocabulary.Standard;
        var (name, nameElement) = question.Operation switch
        {
            Operation.Read => ("canRead", words.Field),
            Operation.Control => ("canControl", "p"),
            _ => ("isFriend", ""),
        };
        var payload = new XElement(Owner + name,
            new XAttribute("jid", question.Thing.Jid.ToString()),
            new XAttribute("remoteJid", question.Caller.Bare.ToString()),
            new XAttribute("key", question.Id));
        if (question.Operation == Operation.Read) payload.Add(words.Categories.Where(w => w.Meaning == FieldCategories.All).Select(w => new XAttribute(w.Text, "true")));
        if (!question.Thing.Node.IsNone) payload.Add(new XElement(Owner + words.Node, NodeAttributes.Write(question.Thing.Node, words)));
        if (nameElement.Length > 0 && question.Names.Names is { } names)
            payload.Add(names.Select(n => new XElement(Owner + nameElement, new XAttribute(words.Name, XmlText.Clean(n)))));
        return payload;
    }
}

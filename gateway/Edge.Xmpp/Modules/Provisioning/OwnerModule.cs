using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;

using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Provisioning;

/// <summary>Takes owners' answers to questions from programs that show them (<c>urn:nf:iot:prov:o:1.0</c>): the successor of XEP-0324 has words
/// for them, XEP-0324 itself has not. The key of the question ties the answer to it.</summary>
[Xep(324, "0.5", Note = "Answers of owners in the words of its successors (urn:nf, urn:ieee, urn:nfi :iot:prov:o:1.0); by caller, domain or anyone, not by token.")]
internal sealed class OwnerModule(IProvisioning provisioning, IOptions<IotOptions> limits) : IXmppModule
{
    /// <inheritdoc/>
    public void Configure(XmppModuleBuilder xmpp)
    {
        xmpp.OnProvisioning().Feature(IotArea.OwnerProvisioning.Features);
        foreach (var ns in IotArea.OwnerProvisioning.All)
        {
            xmpp.OnIqSet(ns + "isFriendRule", (iq, cancel) => AnswerAsync(iq, Operation.Befriend, cancel))
                .OnIqSet(ns + "canReadRule", (iq, cancel) => AnswerAsync(iq, Operation.Read, cancel))
                .OnIqSet(ns + "canControlRule", (iq, cancel) => AnswerAsync(iq, Operation.Control, cancel));
        }
    }

    private async ValueTask<IqResult> AnswerAsync(Iq iq, Operation operation, CancellationToken cancel)
    {
        var key = iq.Payload.Attribute("key")?.Value ?? "";
        var question = provisioning.QuestionsFor(iq.From.Bare).FirstOrDefault(q => q.Id == key && q.Operation == operation);
        if (question is null || !IsAbout(question, iq.Payload)) return IotError.NotFound("No such question of yours is open.");

        if (!XmlValue.TryBoolean(iq.Payload.Attribute("result")?.Value ?? "", out var isAllowed)) return IotError.BadRequest("The attribute result is neither true nor false.");

        if (!TryReadScope(iq.Payload, operation, out var scope)) return IotError.BadRequest("A rule speaks of a caller, of a domain, or of all.");

        if (!TryReadNames(iq.Payload, operation, out var names, out var error)) return error;

        var answer = new Answer(isAllowed ? names : NameSet.Empty, scope, null);
        return await provisioning.AnswerAsync(iq.From.Bare, question.Id, answer, cancel) switch
        {
            AnswerResult.Stored => IqResult.Empty,
            AnswerResult.NotFound => IotError.NotFound("No such question of yours is open."),
            _ => IotError.TooMuch("You have as many rules as this server keeps (things:maxRulesPerOwner)."),
        };
    }

    private static bool IsAbout(Question question, XElement payload) =>
        Jid.TryParse(payload.Attribute("jid")?.Value, out var thing) && thing.Bare == question.Thing.Jid
        && Jid.TryParse(payload.Attribute("remoteJid")?.Value, out var caller) && caller.Bare == question.Caller.Bare;

    private static bool TryReadScope(XElement payload, Operation operation, out SubjectKind scope)
    {
        var ns = payload.Name.Namespace;
        var word = operation == Operation.Befriend
            ? payload.Attribute("range")?.Value ?? "Caller"
            : payload.Elements().Select(e => e.Name).FirstOrDefault(n => n == ns + "fromJid" || n == ns + "fromDomain" || n == ns + "all")?.LocalName;
        scope = word is "Domain" or "fromDomain" ? SubjectKind.Domain : word is "All" or "all" ? SubjectKind.Anyone : SubjectKind.Caller;
        return word is "Caller" or "Domain" or "All" or "fromJid" or "fromDomain" or "all";
    }

    // Without a partial answer the whole question is meant.
    private bool TryReadNames(XElement payload, Operation operation, [NotNullWhen(true)] out NameSet? names, [NotNullWhen(false)] out StanzaError? error)
    {
        names = NameSet.All;
        error = null;
        if (payload.Element(payload.Name.Namespace + "partial") is not { } partial) return true;

        string[] elements = operation == Operation.Read ? [IotVocabulary.Standard.Field] : ["p", "parameter"];
        names = null;
        if (!IotRequest.TryRead(partial, limits.Value, elements, out var request, out error)) return false;

        // A rule here speaks of names only: to keep one without its limit to categories would allow more than the owner said.
        if (request.Categories is not (FieldCategories.None or FieldCategories.All))
            error = StanzaError.FeatureNotImplemented with { Text = "Rules do not tell categories apart here: allow all of them, or name the fields." };
        else names = request.Names;
        return names is not null;
    }
}

/// <summary>Where both sides of provisioning live.</summary>
internal static class ProvisioningHost
{
    /// <summary>What follows belongs to the provisioning service.</summary>
    public static XmppModuleBuilder OnProvisioning(this XmppModuleBuilder xmpp) =>
        xmpp.OnService("provisioning", "component", "generic", "Provisioning");
}

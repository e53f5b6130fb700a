using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Control;

/// <summary>XEP-0325: lets parameters of nodes behind the concentrator be set, as far as their owners allow.</summary>
[Xep(325, "0.5", Note = "Retracted by its author. Forms carry no current values; served in its successors' namespaces (urn:nf, urn:ieee, urn:nfi :iot:ctr:1.0) as well.")]
internal sealed partial class ControlModule(
    IConcentrator concentrator, IProvisioning provisioning, IOptions<IotOptions> limits, ILogger<ControlModule> logger) : IXmppModule
{
    /// <inheritdoc/>
    public void Configure(XmppModuleBuilder xmpp)
    {
        xmpp.OnConcentrator().Feature(IotArea.Control.Features);
        foreach (var ns in IotArea.Control.All)
            xmpp.OnIqSet(ns + "set", SetAsync).OnIqGet(ns + "getForm", GetFormAsync).OnMessage(ns + "set", SetSilentlyAsync);
    }

    private ValueTask<IqResult> SetAsync(Iq iq, CancellationToken cancel) => SetAsync(iq.From, iq.Payload, cancel);

    // A command by message is never answered, whatever came of it (XEP-0325 §3.1.1).
    private async ValueTask SetSilentlyAsync(Message message, CancellationToken cancel)
    {
        if (message.Type == "error") return;

        var result = await SetAsync(message.From, message.Payload, cancel);
        if (result.Error is { } error) LogRefused(message.From, error.Condition);
    }

    private async ValueTask<IqResult> SetAsync(Jid from, System.Xml.Linq.XElement payload, CancellationToken cancel)
    {
        if (!ControlRequest.TryRead(payload, limits.Value, out var request, out var error)) return error;

        if (!NodeSelection.TryFind(concentrator, request.Payload, limits.Value, out var nodes, out error)
            || !ControlPlan.TryMake(request, nodes, out var plan, out error))
            return ControlAnswer.Refuse(request, error);

        var results = await Task.WhenAll(plan.Select(async command =>
        {
            var result = await concentrator.ControlAsync(command.Node.Reference, new(from, command.Parameters, request.Payload.Tokens), cancel);
            return (command.Node, result);
        }));
        return ControlAnswer.Write(request, results);
    }

    private async ValueTask<IqResult> GetFormAsync(Iq iq, CancellationToken cancel)
    {
        if (!IotRequest.TryRead(iq.Payload, limits.Value, [], out var request, out var error)
            || !NodeSelection.TryFind(concentrator, request, limits.Value, out var nodes, out error))
            return error;

        var common = ControlForm.Common(nodes);
        if (common.Count == 0) return StanzaError.FeatureNotImplemented with { Text = "These nodes have no parameter in common." };

        // To open the form is to want to set what is on it: the owner is asked for just that, and the form shows what he allows.
        var names = NameSet.Of(common.Select(p => p.Name));
        foreach (var node in nodes)
        {
            var decision = await provisioning.DecideAsync(
                new(concentrator.Identify(node.Reference), iq.From, Operation.Control, names) { Tokens = request.Tokens }, cancel);
            names = decision.IsAllowed ? names.Intersect(decision.Names) : NameSet.Empty;
            if (names.IsEmpty) return IotError.Forbidden(decision.Reason);
        }

        return ControlForm.Write(nodes, [.. common.Where(p => names.Contains(p.Name))]);
    }

    [LoggerMessage(EventId = 3510, Level = LogLevel.Debug, Message = "A command by message from {Caller} was not carried out: {Condition}")]
    private partial void LogRefused(Jid caller, string condition);
}

using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.StreamManagement;

/// <summary>XEP-0198 §3 and §4: a bound client turns acknowledgements on, asks for them and gives them.</summary>
internal sealed class ManagementHandler(ResumptionTable table) : IStreamElementHandler
{
    public bool Takes(Stanza element) =>
        element.Namespace == ManagementText.Namespace && element.Name is "r" or "a" or "enable" or "resume";

    public ValueTask RunAsync(BoundResource bound, Stanza element, CancellationToken cancel)
    {
        var session = bound.Get<ManagedSession>();
        if (element.Name == "enable") Enable(bound, session, element);
        else if (session is null || element.Name == "resume") bound.TryPost(XmlText.ToBytes(ManagementText.Failed("unexpected-request")));
        else if (element.Name == "r") bound.TryPost(ManagementText.Acknowledgement(session.Handled));
        else session.Acknowledge(ReadHandled(element));
        return ValueTask.CompletedTask;
    }

    private void Enable(BoundResource bound, ManagedSession? session, Stanza element)
    {
        if (session is not null)
        {
            bound.TryPost(XmlText.ToBytes(ManagementText.Failed("unexpected-request")));
            bound.End(EndReason.ProtocolError, StreamErrors.PolicyViolation, "Stream management is enabled already."); // §3: at most once
            return;
        }

        session = table.Begin(bound, ManagementText.ReadResumption(element.ToElement(), table.Options.ResumeSeconds));
        bound.Set(session);
        bound.Between(() =>
        {
            // Between two stanzas: what was posted before is not counted, what comes behind is.
            bound.TryPost(ManagementText.Enabled(session.Id, session.ResumeSeconds));
            bound.Insert(session);
            bound.KeepWith(session);
        });
    }

    // Of a busy client there is one for every twenty stanzas: no tree is made.
    private static uint ReadHandled(Stanza element) => ManagementText.ReadHandled(element.Attribute("h"u8))
        ?? throw new XmppStreamException(StreamErrors.BadFormat, "An acknowledgement has a number in 'h', from 0 to 4294967295.");
}

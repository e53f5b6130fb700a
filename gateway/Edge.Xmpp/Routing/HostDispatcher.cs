using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules;

using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.Routing;

/// <summary>Runs the modules' handlers. A handler that fails is our bug: its requester gets an error, the log the rest.</summary>
internal sealed partial class HostDispatcher(ModuleCatalog catalog, ILogger<HostDispatcher> logger)
{
    public HostTable Hosts => catalog.Hosts;

    /// <summary>Answers an iq request, whatever happens.</summary>
    public async ValueTask<IqResult> AnswerAsync(HostHandlers host, Iq request, CancellationToken cancel)
    {
        var name = request.Payload.Name;
        if (host.FindIq(request.Type, name.NamespaceName, name.LocalName) is not { } handler)
            return host.Knows(name.NamespaceName) ? StanzaError.FeatureNotImplemented : StanzaError.ServiceUnavailable;

        try
        {
            return await handler(request with { Host = host.Host.Name }, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return StanzaError.ServiceUnavailable;
        }
        catch (Exception e)
        {
            LogHandlerFailed(e, request.Payload.Name, host.Host.Name);
            return StanzaError.InternalServerError;
        }
    }

    /// <summary>Gives a message to the handler of the first payload that one is registered for.</summary>
    /// <returns>False where nobody takes it.</returns>
    public async ValueTask<bool> TakeMessageAsync(HostHandlers host, Jid from, Jid to, XElement stanza, CancellationToken cancel)
    {
        foreach (var payload in stanza.Elements())
        {
            foreach (var (ns, name, handler) in host.Messages)
            {
                if (payload.Name.LocalName != name || payload.Name.NamespaceName != ns) continue;

                var message = new Message((string?)stanza.Attribute("id"), (string?)stanza.Attribute("type") ?? "normal", from, to, stanza)
                {
                    Payload = payload,
                };
                await RunAsync(host, payload.Name, () => handler(message, cancel)).ConfigureAwait(false);
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives a presence to everybody who asked for it.</summary>
    public async ValueTask TakePresenceAsync(HostHandlers host, Presence presence, CancellationToken cancel)
    {
        foreach (var handler in host.Presence)
            await RunAsync(host, presence.Stanza.Name, () => handler(presence, cancel)).ConfigureAwait(false);
    }

    private async ValueTask RunAsync(HostHandlers host, XName what, Func<ValueTask> handler)
    {
        try
        {
            await handler().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client or the server is going away; nobody waits for the outcome.
        }
        catch (Exception e)
        {
            LogHandlerFailed(e, what, host.Host.Name);
        }
    }

    [LoggerMessage(EventId = 3010, Level = LogLevel.Error, Message = "The handler of {Payload} at '{Host}' failed")]
    private partial void LogHandlerFailed(Exception e, XName payload, string host);
}

using System.Diagnostics.Metrics;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.External;

/// <summary>Keeps the links up while the gateway runs.</summary>
internal sealed partial class ExternalService(LinkTable links, StanzaIntake intake, LinkMetrics metrics, ILogger<ExternalService> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.Watch(links.All);
        return Task.WhenAll(links.All.Select(link => RunAsync(link, stoppingToken)));
    }

    private async Task RunAsync(ExternalLink link, CancellationToken cancel)
    {
        var turns = new StanzaIntake.Turns();
        try
        {
            await link.RunAsync((from, stanza) => intake.Take(from, turns, stanza, cancel), cancel).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A bug ends this link; the others go on, and the log has it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e, link.Service);
        }
    }

    [LoggerMessage(EventId = 3654, Level = LogLevel.Critical, Message = "The link of the {Service} service failed and is not tried again")]
    private partial void LogFailed(Exception e, string service);
}

/// <summary>The links in the meter <c>Edge.Xmpp</c>.</summary>
internal sealed class LinkMetrics(IMeterFactory meters)
{
    /// <summary>Shows these links.</summary>
    public void Watch(IReadOnlyList<ExternalLink> links)
    {
        var meter = meters.Create(XmppMetrics.MeterName);
        meter.CreateObservableGauge("edge.xmpp.external.connected", () => links.Select(l => Of(l, l.Address is null ? 0L : 1)), "{link}", "1 while the service is connected to the other server.");
        meter.CreateObservableCounter("edge.xmpp.external.connects", () => links.Select(l => Of(l, l.Counters.Connects)), "{connection}", "Times that the service was connected.");
        meter.CreateObservableCounter("edge.xmpp.external.sent", () => links.Select(l => Of(l, l.Counters.Sent)), "{stanza}", "Stanzas handed to the other server.");
        meter.CreateObservableCounter("edge.xmpp.external.received", () => links.Select(l => Of(l, l.Counters.Received)), "{stanza}", "Stanzas taken from it.");
        meter.CreateObservableCounter("edge.xmpp.external.dropped", () => links.Select(l => Of(l, l.Counters.Dropped)), "{stanza}", "Stanzas that found no connection.");
    }

    private static Measurement<long> Of(ExternalLink link, long value) => new(value, new KeyValuePair<string, object?>("service", link.Service));
}

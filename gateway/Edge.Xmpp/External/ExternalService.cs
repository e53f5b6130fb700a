using System.Diagnostics.Metrics;

using Edge.Things;
using Edge.Things.Registry;

using Microsoft.Extensions.Hosting;

namespace Edge.Xmpp.External;

/// <summary>Keeps the links up while the gateway runs.</summary>
internal sealed class ExternalService(
    LinkTable links, StanzaIntake intake, ConcentratorContacts contacts, IDomainEvents events, LinkMetrics metrics) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.Watch(links.All);
        using var owners = events.Subscribe<ThingDisowned>((_, _) => ReviewAsync());
        await Task.WhenAll(links.All.Select(link => RunAsync(link, stoppingToken))).ConfigureAwait(false);
    }

    private Task RunAsync(ExternalLink link, CancellationToken cancel)
    {
        var turns = new StanzaIntake.Turns();
        return link.RunAsync((from, stanza) => intake.Take(from, turns, stanza, cancel), cancel);
    }

    private ValueTask ReviewAsync()
    {
        contacts.Review(links.All.Single(l => l.Service == ExternalNames.Concentrator));
        return ValueTask.CompletedTask;
    }
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

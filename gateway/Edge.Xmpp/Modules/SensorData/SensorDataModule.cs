using System.Globalization;
using System.Xml.Linq;

using Edge.Things;
using Edge.Things.Nodes;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.SensorData;

/// <summary>XEP-0323: lets nodes behind the concentrator be read, as far as their owners allow.</summary>
[Xep(323, "0.6", Note = "Retracted by its author. Momentary values; served in its successors' namespaces (urn:nf, urn:ieee, urn:nfi :iot:sd:1.0) as well.")]
internal sealed partial class SensorDataModule(
    IConcentrator concentrator, IStanzaSender sender, ReadoutTable table, SensorDataSettings settings, ILogger<SensorDataModule> logger) : IXmppModule
{
    /// <inheritdoc/>
    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddModuleOptions<SensorDataOptions, SensorDataOptionsValidator>(section)
        .AddSingleton<ReadoutTable>()
        .AddSingleton<SensorDataSettings>();

    /// <inheritdoc/>
    public void Configure(XmppModuleBuilder xmpp)
    {
        xmpp.OnConcentrator().Feature(IotArea.SensorData.Features);
        foreach (var ns in IotArea.SensorData.All)
            xmpp.OnIqGet(ns + "req", ReadAsync).OnIqGet(ns + "cancel", Cancel);

        // The later vocabulary was published with iq get, and its peers also send set.
        foreach (var ns in IotArea.SensorData.Standard)
            xmpp.OnIqSet(ns + "req", ReadAsync).OnIqSet(ns + "cancel", Cancel);
    }

    private async ValueTask<IqResult> ReadAsync(Iq iq, CancellationToken cancel)
    {
        if (!ReadoutRequest.TryRead(iq, settings.Limits.Value, out var request, out var error)) return error;

        var writer = new FieldsWriter(request);
        if (!NodeSelection.TryFind(concentrator, request.Payload, settings.Limits.Value, out var nodes, out error)) return Refuse(writer, error);

        if (CheckTime(request) is { } wrongTime) return Refuse(writer, wrongTime);

        var (entry, full) = table.Enter(request.From, request.Id);
        if (entry is null) return Refuse(writer, full!);

        var readout = new Readout(request, nodes, concentrator, sender, settings.Timing);
        return request.When is { } when ? Queue(readout, writer, entry, when) : await StartAsync(readout, writer, entry, cancel);
    }

    private async ValueTask<IqResult> StartAsync(Readout readout, FieldsWriter writer, ReadoutEntry entry, CancellationToken cancel)
    {
        var life = Life(entry);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isAccepted = false;
        try
        {
            readout.Begin(life.Ended);
            if (await readout.RefusalAsync(cancel) is { } refusal) return Refuse(writer, refusal);

            isAccepted = true;
        }
        finally
        {
            if (!isAccepted)
            {
                entry.Dispose();
                life.Dispose();
            }
        }

        _ = RunAsync(entry, async () =>
        {
            using (life)
            {
                // A requester who went away is never answered: his place is given back when the time is over.
                await answered.Task.WaitAsync(life.Ended);
                await readout.DeliverAsync(entry.Stopped);
            }
        });
        return new IqResult(writer.Accepted(isQueued: false), null) { Answered = () => answered.TrySetResult() };
    }

    private IqResult Queue(Readout readout, FieldsWriter writer, ReadoutEntry entry, DateTimeOffset when)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = RunAsync(entry, async () =>
        {
            using (var wait = Life(entry)) await answered.Task.WaitAsync(wait.Ended);

            var ahead = when - settings.Clock.GetUtcNow();
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead, settings.Clock, entry.Stopped);
            await readout.SendAsync(writer.Started(), entry.Stopped);
            using var life = Life(entry);
            readout.Begin(life.Ended);
            await readout.DeliverAsync(entry.Stopped);
        });
        return new IqResult(writer.Accepted(isQueued: true), null) { Answered = () => answered.TrySetResult() };
    }

    private ReadoutLife Life(ReadoutEntry entry) => new(TimeSpan.FromSeconds(settings.Options.MaxDurationSeconds), settings.Clock, entry.Stopped);

    private async Task RunAsync(ReadoutEntry entry, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            LogStopped(entry.From, entry.Id);
        }
#pragma warning disable CA1031 // Nobody awaits a read-out: what it throws must not be lost, nor end the process.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFailed(error, entry.From, entry.Id);
        }
        finally
        {
            entry.Dispose();
        }
    }

    private ValueTask<IqResult> Cancel(Iq iq, CancellationToken cancel)
    {
        if (!ReadoutRequest.TryReadId(iq.Payload, out var id, out var error)) return new(error);

        var isStopped = table.Cancel(iq.From, id);
        var words = IotVocabulary.Of(iq.Payload.Name.Namespace);
        if (!words.IsDrafts) return new(IqResult.Empty);

        return new(isStopped
            ? new XElement(iq.Payload.Name.Namespace + "cancelled", new XAttribute(words.RequestId, id))
            : IotError.NotFound($"No read-out {id} of yours is running."));
    }

    private StanzaError? CheckTime(ReadoutRequest request)
    {
        var ahead = request.When - settings.Clock.GetUtcNow();
        if (ahead < TimeSpan.Zero) return IotError.BadRequest("The time to read at is over.");

        return ahead > TimeSpan.FromSeconds(settings.Options.MaxAheadSeconds)
            ? IotError.BadRequest(string.Create(CultureInfo.InvariantCulture,
                $"A read-out can be ordered {settings.Options.MaxAheadSeconds} seconds ahead at most (xmpp:sensorData:maxAheadSeconds)."))
            : null;
    }

    private static IqResult Refuse(FieldsWriter writer, StanzaError error) => new(writer.Rejected(error.Text ?? error.Condition), error);

    [LoggerMessage(EventId = 3500, Level = LogLevel.Debug, Message = "Read-out {Id} of {Requester} was stopped")]
    private partial void LogStopped(Jid requester, string id);

    [LoggerMessage(EventId = 3501, Level = LogLevel.Error, Message = "Read-out {Id} of {Requester} failed")]
    private partial void LogFailed(Exception error, Jid requester, string id);
}

/// <summary>What read-outs keep to: their own limits, those of all requests, and the clock.</summary>
internal sealed class SensorDataSettings(IOptions<SensorDataOptions> options, IOptions<IotOptions> limits, TimeProvider clock)
{
    /// <summary>The limits of all requests.</summary>
    public IOptions<IotOptions> Limits { get; } = limits;

    /// <summary>The limits of read-outs.</summary>
    public SensorDataOptions Options { get; } = options.Value;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; } = clock;

    /// <summary>What a single read-out needs of it.</summary>
    public ReadoutTiming Timing { get; } = new(options, clock);
}

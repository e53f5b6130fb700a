using System.Buffers;
using System.IO.Pipelines;

using Edge.Identity;
using Edge.Identity.Accounts;
using Edge.Storage;
using Edge.Storage.Memory;
using Edge.TestKit;
using Edge.Tests.Fuzz;
using Edge.Tests.Mqtt.Harness;
using Edge.Things;
using Edge.Transport;
using Edge.Xmpp;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Sessions.Negotiation;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Xmpp.Fuzz;

/// <summary>A server that plays sessions of bytes from their first to their last, and a witness: a client that must not notice any of it.</summary>
internal sealed class FuzzedServer : IAsyncDisposable
{
    private const int MostPlayers = 64;

    private static readonly XmppListenerPolicy Policy = new() { AllowPlain = true };

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-fuzz-").FullName;
    private readonly ManualClock _clock = new();
    private readonly SemaphoreSlim _asking = new(1);
    private readonly SemaphoreSlim _players = new(MostPlayers);
    private readonly ServiceProvider _services;
    private readonly XmppServer _server;
    private Task? _witnessed;
    private XmppClient? _witness;

    private FuzzedServer(int offlineMessages)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [
                new("tls:folder", _folder), new("identity:scramIterations", "4096"),
                new("xmpp:sasl:failureDelayMilliseconds", "0"), // the clock stands still
                new("xmpp:offlineMessages:maxMessages", $"{offlineMessages}"),
            ]).Build();
        _services = new ServiceCollection().AddLogging()
            .AddSingleton<TimeProvider>(_clock)
            .AddSingleton<IStorage, MemoryStorage>()
            .AddEdgeIdentity(configuration.GetSection("identity"), _folder)
            .AddSingleton<IAccounts>(new TestAccounts().With("romeo", "juliet", "nurse"))
            .AddEdgeTransport(configuration.GetSection("tls"))
            .AddEdgeThings(configuration.GetSection("things"))
            .AddEdgeXmpp(configuration.GetSection("xmpp"))
            .AddSingleton<INegotiationStep, FuzzLogin>()
            .BuildServiceProvider();
        _server = _services.GetRequiredService<XmppServer>();
    }

    /// <summary>How many connections are open.</summary>
    public int Connections => _server.Count;

    /// <summary>Starts it, with a witness.</summary>
    /// <param name="offlineMessages">How many messages may wait for an account: who plays a session more often gets another answer in the end.</param>
    public static async Task<FuzzedServer> StartAsync(int offlineMessages = 20)
    {
        var server = new FuzzedServer(offlineMessages);
        var pair = new PipePair();
        server._witnessed = server._server.ServeAsync(pair.Server, remote: null, Policy);
        var options = new XmppClientOptions { Host = "memory", Domain = "edge.local", User = "juliet", Password = TestAccounts.PasswordOf("juliet"), AllowPlain = true };
        server._witness = await XmppClient.ConnectAsync(new DuplexPipeStream(pair.Client), options, server._clock, CancellationToken.None);
        return server;
    }

    /// <summary>Plays a session whose bytes have all come when it begins; afterwards the client is gone.</summary>
    public Task<Played> PlayAsync(ReadOnlySequence<byte> bytes) => PlayAsync(PipeReader.Create(bytes));

    /// <summary>As above, with the bytes coming in two parts.</summary>
    public async Task<Played> PlayAsync(byte[] bytes, int cut)
    {
        var pipe = new Pipe(new(useSynchronizationContext: false));
        var playing = PlayAsync(pipe.Reader);
        await pipe.Writer.WriteAsync(bytes.AsMemory(0, cut));
        await pipe.Writer.WriteAsync(bytes.AsMemory(cut));
        await pipe.Writer.CompleteAsync();
        return await playing;
    }

    /// <summary>The witness asks for something and gets it; fails where it does not.</summary>
    public async Task AskWitnessAsync()
    {
        await _asking.WaitAsync();
        try
        {
            var answer = await _witness!.RequestAsync(null, IqType.Get, new(System.Xml.Linq.XName.Get("ping", "urn:xmpp:ping"))).WaitAsync(TimeSpan.FromSeconds(20));
            if (!answer.IsSuccess) throw new InvalidOperationException("The witness is not answered.");
            while (_witness.Incoming.TryRead(out _))
            {
            }

            await JumpAsync();
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>Half a minute goes by, between sessions: for one under way, the time to sign in or to say goodbye would be over.</summary>
    private async Task JumpAsync()
    {
        for (var i = 0; i < MostPlayers; i++) await _players.WaitAsync();
        _clock.Advance(TimeSpan.FromSeconds(30)); // sessions that were kept for their clients run out
        _players.Release(MostPlayers);
    }

    public async ValueTask DisposeAsync()
    {
        await _witness!.DisposeAsync();
        await ((Microsoft.Extensions.Hosting.IHostedService)_server).StopAsync(CancellationToken.None);
        await _witnessed!;
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Played> PlayAsync(PipeReader input)
    {
        await _players.WaitAsync();
        try
        {
            return await PlayNowAsync(input);
        }
        finally
        {
            _players.Release();
        }
    }

    private async Task<Played> PlayNowAsync(PipeReader input)
    {
        using var answers = new MemoryStream();
        var output = PipeWriter.Create(answers);
        var stream = new TcpStream(new Ends(input, output), _services.GetRequiredService<SessionHost>().Streams);
        var reason = await _server.ServeAsync(stream, remote: null, Policy).WaitAsync(TimeSpan.FromSeconds(60));
        await output.CompleteAsync();
        await input.CompleteAsync();
        return new(reason ?? throw new InvalidOperationException("The server has no room."), answers.ToArray());
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

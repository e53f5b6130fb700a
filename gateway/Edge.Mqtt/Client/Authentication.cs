using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>The enhanced authentication of one connection (MQTT 5.0 §4.12): at its beginning, and again where the caller wants that.</summary>
internal sealed class Authentication(IMqttAuthenticator? authenticator, PacketSending sending)
{
    private TaskCompletionSource? _again;

    public ValueTask<ReadOnlyMemory<byte>?> BeginAsync(CancellationToken cancel) =>
        authenticator?.BeginAsync(again: false, cancel) ?? ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);

    /// <exception cref="InvalidOperationException">There is no authenticator, or it is at work already.</exception>
    /// <exception cref="IOException">The server ended the connection.</exception>
    public async Task AgainAsync(CancellationToken cancel)
    {
        if (authenticator is null) throw new InvalidOperationException("The connection was made without an authenticator ([MQTT-4.12.1-1]).");

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _again, done, null) is not null) throw new InvalidOperationException("It authenticates anew already.");

        try
        {
            var data = await authenticator.BeginAsync(again: true, cancel).ConfigureAwait(false);
            if (!Send(MqttReason.ReAuthenticate, data)) throw new IOException("The connection is closed.");
            await done.Task.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _again = null;
        }
    }

    /// <summary>Answers an AUTH of the server.</summary>
    /// <exception cref="MqttProtocolException">There is no authentication under way, or it is of another method.</exception>
    public async Task AnswerAsync(AuthPacket packet, CancellationToken cancel)
    {
        if (authenticator is null || (packet.Method is { } method && method != authenticator.Method))
            throw new MqttProtocolException($"The server sent AUTH with method {packet.Method ?? "none"} ([MQTT-4.12.0-5]).");

        if (packet.Reason == MqttReason.ContinueAuthentication)
        {
            Send(MqttReason.ContinueAuthentication, await authenticator.AnswerAsync(packet.Data, cancel).ConfigureAwait(false));
            return;
        }

        Finish(packet.Data);
        _again?.TrySetResult();
    }

    /// <summary>The server has agreed.</summary>
    public void Finish(ReadOnlyMemory<byte>? data) => authenticator?.Finish(data);

    public void Fail(Exception reason)
    {
        if (_again is not { } again) return;

        again.TrySetException(new IOException(reason.Message, reason));
        _ = again.Task.Exception;
    }

    private bool Send(MqttReason reason, ReadOnlyMemory<byte>? data) =>
        sending.TryPost(new AuthPacket(reason) { Method = authenticator!.Method, Data = data }.ToBytes());
}

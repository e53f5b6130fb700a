namespace Edge.Mqtt.Client;

/// <summary>The client's part of an enhanced authentication (MQTT 5.0 §4.12). One method for the life of a connection.</summary>
public interface IMqttAuthenticator
{
    /// <summary>The method's name, such as <c>SCRAM-SHA-256</c> or <c>OAUTH2-JWT</c>.</summary>
    string Method { get; }

    /// <summary>The data to begin with; null for none.</summary>
    /// <param name="again">True in a connection that is open already, to authenticate anew.</param>
    /// <param name="cancel">The connection is given up.</param>
    ValueTask<ReadOnlyMemory<byte>?> BeginAsync(bool again, CancellationToken cancel);

    /// <summary>The answer to what the server said; null for no data. An exception ends the connection.</summary>
    /// <param name="challenge">The server's data; null for none.</param>
    /// <param name="cancel">The connection is given up.</param>
    ValueTask<ReadOnlyMemory<byte>?> AnswerAsync(ReadOnlyMemory<byte>? challenge, CancellationToken cancel);

    /// <summary>The server's last data, which may prove who it is. An exception ends the connection.</summary>
    void Finish(ReadOnlyMemory<byte>? data)
    {
    }
}

/// <summary>Authenticates with an access token; a fresh one is fetched for each connection and each re-authentication.</summary>
/// <param name="token">Fetches the token.</param>
/// <param name="method">The method's name.</param>
public sealed class MqttTokenAuthenticator(Func<CancellationToken, ValueTask<string>> token, string method = "OAUTH2-JWT") : IMqttAuthenticator
{
    /// <inheritdoc/>
    public string Method => method;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> BeginAsync(bool again, CancellationToken cancel) =>
        System.Text.Encoding.UTF8.GetBytes(await token(cancel).ConfigureAwait(false));

    /// <summary>A token is all there is to say.</summary>
    public ValueTask<ReadOnlyMemory<byte>?> AnswerAsync(ReadOnlyMemory<byte>? challenge, CancellationToken cancel) => BeginAsync(true, cancel);
}

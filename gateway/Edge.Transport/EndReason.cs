namespace Edge.Transport;

/// <summary>Why a connection ended. Each connection ends with exactly one, which is logged and counted.</summary>
public enum EndReason
{
    /// <summary>In order: the client said goodbye in its protocol's way.</summary>
    Closed,

    /// <summary>The client closed the connection, or vanished, without saying goodbye.</summary>
    PeerGone,

    /// <summary>Not let in: credentials missing or wrong.</summary>
    Refused,

    /// <summary>Let in, then did what it may not do.</summary>
    Forbidden,

    /// <summary>Its token ran out.</summary>
    TokenExpired,

    /// <summary>Its token, account or right was taken back.</summary>
    Revoked,

    /// <summary>What it sent breaks the protocol.</summary>
    ProtocolError,

    /// <summary>A limit of the configuration was passed: size, rate, number.</summary>
    LimitExceeded,

    /// <summary>It did not finish its handshake or log-in in time.</summary>
    HandshakeTimeout,

    /// <summary>Nothing came from it for too long.</summary>
    KeepAliveTimeout,

    /// <summary>It reads more slowly than it is written to.</summary>
    SlowConsumer,

    /// <summary>The same client connected again.</summary>
    TakenOver,

    /// <summary>The server stops.</summary>
    Shutdown,

    /// <summary>A bug, on our side.</summary>
    InternalError,
}

namespace SensorNode.Messaging
{
    /// <summary>How an attempt to connect ended.</summary>
    internal enum LinkResult
    {
        /// <summary>Connected.</summary>
        Connected,

        /// <summary>The gateway refused name or password.</summary>
        Refused,

        /// <summary>No gateway, or one that cannot serve now.</summary>
        Unavailable,
    }

    /// <summary>The node's connection to its gateway. Incoming messages and the end of the connection go to an <see cref="Inbox"/>.</summary>
    internal abstract class Link
    {
        /// <summary>True between a successful <see cref="Connect"/> and the end.</summary>
        public abstract bool IsConnected { get; }

        /// <summary>The number of the connection: one more with each attempt.</summary>
        public abstract int Connection { get; }

        /// <summary>Connects and subscribes to what the gateway says to this node. Without a token it is a bootstrap session. Blocks.</summary>
        public abstract LinkResult Connect(string node, string token);

        /// <summary>Ends the connection in an orderly way; nothing where there is none.</summary>
        public abstract void Disconnect();

        /// <summary>Sends with quality of service 1; false where there is no connection.</summary>
        public abstract bool Publish(string topic, byte[] payload, bool retain);
    }
}

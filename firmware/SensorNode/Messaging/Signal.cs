namespace SensorNode.Messaging
{
    /// <summary>What waits for the node's loop.</summary>
    internal enum SignalKind
    {
        /// <summary>A message of the gateway.</summary>
        Message,

        /// <summary>The connection ended.</summary>
        Closed,

        /// <summary>The button's contact opened or closed.</summary>
        Button,
    }

    /// <summary>One thing that happened on another thread.</summary>
    internal sealed class Signal
    {
        /// <summary>What it is.</summary>
        public SignalKind Kind { get; set; }

        /// <summary>Of a message or an end: the number of the connection, so that those of an older one are told apart.</summary>
        public int Connection { get; set; }

        /// <summary>Of a message: its topic.</summary>
        public string Topic { get; set; }

        /// <summary>Of a message: its payload.</summary>
        public byte[] Payload { get; set; }

        /// <summary>Of the button: whether it is down.</summary>
        public bool IsDown { get; set; }

        /// <summary>Of the button: when, on the board's clock.</summary>
        public long At { get; set; }
    }
}

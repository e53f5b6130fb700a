namespace SensorNode.Settings
{
    /// <summary>What is written into a node when it is flashed; it never changes these itself. See firmware/README.md.</summary>
    internal sealed class NodeSettings
    {
        /// <summary>The node id, also MQTT's client id and user name.</summary>
        public string Node { get; set; }

        /// <summary>The device secret: at least 16 bytes; known to the gateway from its factory manifest. Not the claim key of the sticker.</summary>
        public byte[] Secret { get; set; }

        /// <summary>The manufacturer.</summary>
        public string Manufacturer { get; set; }

        /// <summary>The serial number.</summary>
        public string SerialNumber { get; set; }

        /// <summary>The gateway's host name, which its certificate must carry.</summary>
        public string Host { get; set; }

        /// <summary>The gateway's port.</summary>
        public int Port { get; set; }

        /// <summary>False for a gateway on loopback only.</summary>
        public bool Secure { get; set; }

        /// <summary>The gateway's CA certificate (PEM), pinned. Null only where <see cref="Secure"/> is false.</summary>
        public string CaPem { get; set; }

        /// <summary>The name of the wireless network; null where the network is up without.</summary>
        public string Ssid { get; set; }

        /// <summary>Its password.</summary>
        public string WifiPassword { get; set; }

        /// <summary>The server to ask for the time; null for the framework's default.</summary>
        public string TimeServer { get; set; }

        /// <summary>What measures: <c>bme280</c> or <c>simulated</c>.</summary>
        public string Sensor { get; set; }

        /// <summary>Where trust, tokens and cache are kept.</summary>
        public string Folder { get; set; }
    }
}

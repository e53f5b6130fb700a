using System;
using Edge.Protocol;

namespace SensorNode.Settings
{
    /// <summary>Reads <c>settings.json</c>. Says everything that is wrong, each with the remedy, since whoever flashes sees it once.</summary>
    internal static class SettingsFile
    {
        /// <summary>The sensors that a board can have.</summary>
        public const string Bme280 = "bme280", Simulated = "simulated";

        private const int MinSecretBytes = 16;

        /// <summary>The settings, or null and what is wrong. <paramref name="caPem"/> is the content of <c>ca.pem</c>, or null.</summary>
        public static NodeSettings Parse(byte[] json, string caPem, string folder, out string errors)
        {
            errors = "";
            JsonObject file = json == null ? null : JsonObject.Parse(json, 0, json.Length);
            if (file == null)
            {
                errors = "settings.json is missing or no JSON object: write it as firmware/README.md shows.";
                return null;
            }

            NodeSettings settings = new NodeSettings
            {
                Node = file.GetString("node", null),
                Secret = Bytes(file.GetString("secret", null)),
                Manufacturer = file.GetString("manufacturer", "edge"),
                SerialNumber = file.GetString("serialNumber", null),
                Host = file.GetString("host", null),
                Secure = file.GetBool("tls", true),
                CaPem = caPem,
                Ssid = file.GetString("ssid", null),
                WifiPassword = file.GetString("wifiPassword", ""),
                TimeServer = file.GetString("timeServer", null),
                Sensor = file.GetString("sensor", Bme280),
                Folder = folder,
            };
            settings.Port = file.GetInt("port", settings.Secure ? 8883 : 1883);
            errors = Check(settings);
            return errors.Length == 0 ? settings : null;
        }

        private static string Check(NodeSettings settings)
        {
            string errors = "";
            if (!NodeId.IsValid(settings.Node)) errors += "node: give 1 to 64 of a-z, 0-9 and -. ";
            if (settings.Secret == null || settings.Secret.Length < MinSecretBytes) errors += "secret: give at least 16 bytes in base64, as in the gateway's factory manifest. ";
            if (string.IsNullOrEmpty(settings.SerialNumber)) errors += "serialNumber: give the one on the sticker. ";
            if (string.IsNullOrEmpty(settings.Host)) errors += "host: give the gateway's name. ";
            if (settings.Port < 1 || settings.Port > 65535) errors += "port: give 1 to 65535. ";
            if (settings.Secure && string.IsNullOrEmpty(settings.CaPem)) errors += "ca.pem is missing: copy the gateway's CA certificate there. ";
            if (settings.Sensor != Bme280 && settings.Sensor != Simulated) errors += "sensor: give bme280 or simulated. ";
            return errors;
        }

        private static byte[] Bytes(string base64)
        {
            if (base64 == null) return null;

            try
            {
                return Convert.FromBase64String(base64);
            }
            catch (Exception)
            {
                // The frameworks throw different exceptions for text that is no base64.
                return null;
            }
        }
    }
}

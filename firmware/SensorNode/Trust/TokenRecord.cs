using Edge.Protocol;
using SensorNode.Storage;

namespace SensorNode.Trust
{
    /// <summary>The node's tokens; kept across restarts.</summary>
    internal sealed class TokenRecord
    {
        private const string ExpiresAtKey = "expiresAt";
        private readonly RecordFile _file;

        public TokenRecord(string folder)
        {
            _file = new RecordFile(folder, "tokens");
            byte[] content = _file.Read();
            JsonObject saved = content == null ? null : JsonObject.Parse(content, 0, content.Length);
            if (saved == null) return;

            Access = saved.GetString(MessageKeys.Access, null);
            Refresh = saved.GetString(MessageKeys.Refresh, null);
            Device = saved.GetString(MessageKeys.DeviceToken, null);
            Lifetime = saved.GetInt(MessageKeys.ExpiresIn, 0);
            ExpiresAt = (long)saved.GetDouble(ExpiresAtKey, 0);
        }

        /// <summary>The access token: MQTT's password. Null before the first.</summary>
        public string Access { get; private set; }

        /// <summary>The refresh token, which stays the same.</summary>
        public string Refresh { get; private set; }

        /// <summary>The token that names this device in questions of others.</summary>
        public string Device { get; private set; }

        /// <summary>For how many seconds an access token is valid.</summary>
        public int Lifetime { get; private set; }

        /// <summary>When it runs out, in seconds since 1970; 0 where the time was not known.</summary>
        public long ExpiresAt { get; private set; }

        /// <summary>Keeps the first tokens; false where the storage fails.</summary>
        public bool Start(string device, string access, string refresh, int lifetime, long unixNow)
        {
            Device = device;
            Refresh = refresh;
            return Renew(access, lifetime, unixNow);
        }

        /// <summary>Keeps a new access token; false where the storage fails.</summary>
        public bool Renew(string access, int lifetime, long unixNow)
        {
            Access = access;
            Lifetime = lifetime;
            ExpiresAt = unixNow == 0 ? 0 : unixNow + lifetime;
            JsonObject json = new JsonObject();
            json.Set(MessageKeys.Access, Access).Set(MessageKeys.Refresh, Refresh).Set(MessageKeys.DeviceToken, Device);
            json.Set(MessageKeys.ExpiresIn, Lifetime).Set(ExpiresAtKey, ExpiresAt);
            return _file.Write(json.ToBytes());
        }

        /// <summary>Forgets all; false where the storage fails.</summary>
        public bool Clear()
        {
            Access = null;
            Refresh = null;
            Device = null;
            return _file.Delete();
        }
    }
}

using Edge.Protocol;
using SensorNode.Storage;

namespace SensorNode.Trust
{
    /// <summary>Whom the node trusts and who owns it; kept across restarts.</summary>
    internal sealed class TrustRecord
    {
        private const string OwnerKey = "owner";
        private const string ServerKey = "server";
        private const string SecondKey = "second";
        private const string ConfirmedKey = "confirmed";
        private readonly RecordFile _file;

        public TrustRecord(string folder)
        {
            _file = new RecordFile(folder, "trust");
            byte[] content = _file.Read();
            JsonObject saved = content == null ? null : JsonObject.Parse(content, 0, content.Length);
            if (saved == null) return;

            Server = saved.GetString(ServerKey, null);
            SecondServer = saved.GetString(SecondKey, null);
            Owner = saved.GetString(OwnerKey, null);
            IsConfirmed = saved.GetBool(ConfirmedKey, false);
        }

        /// <summary>The trusted server's address, or null.</summary>
        public string Server { get; set; }

        /// <summary>A second one (XEP-0324 §3.1.4), or null.</summary>
        public string SecondServer { get; set; }

        /// <summary>The owner's address, or null.</summary>
        public string Owner { get; set; }

        /// <summary>True once the server has shown that it is a provisioning server.</summary>
        public bool IsConfirmed { get; set; }

        /// <summary>Keeps it; false where the storage fails.</summary>
        public bool Save()
        {
            JsonObject json = new JsonObject();
            json.Set(ServerKey, Server).Set(SecondKey, SecondServer).Set(OwnerKey, Owner).Set(ConfirmedKey, IsConfirmed);
            return _file.Write(json.ToBytes());
        }

        /// <summary>Forgets all; false where the storage fails.</summary>
        public bool Clear()
        {
            Server = null;
            SecondServer = null;
            Owner = null;
            IsConfirmed = false;
            return _file.Delete();
        }
    }
}

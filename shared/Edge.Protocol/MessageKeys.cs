namespace Edge.Protocol
{
    /// <summary>The keys of the messages' JSON objects (node-protocol.md).</summary>
    public static class MessageKeys
    {
        /// <summary>Number of a request, repeated in its answer.</summary>
        public const string Id = "id";

        /// <summary>Sequence number of a challenge or read-out.</summary>
        public const string SeqNr = "seqnr";

        /// <summary>Manufacturer.</summary>
        public const string Man = "man";

        /// <summary>Model.</summary>
        public const string Model = "model";

        /// <summary>Serial number.</summary>
        public const string Sn = "sn";

        /// <summary>Hardware version.</summary>
        public const string Hw = "hw";

        /// <summary>Firmware version.</summary>
        public const string Fw = "fw";

        /// <summary>State of the node.</summary>
        public const string State = "state";

        /// <summary>What the party supports.</summary>
        public const string Features = "features";

        /// <summary>Address of the provisioning server.</summary>
        public const string Server = "server";

        /// <summary>Seconds in which a press of the button counts.</summary>
        public const string Window = "window";

        /// <summary>Outcome.</summary>
        public const string Result = "result";

        /// <summary>Random bytes, base64.</summary>
        public const string Challenge = "challenge";

        /// <summary>Proof, base64.</summary>
        public const string Response = "response";

        /// <summary>Device token.</summary>
        public const string DeviceToken = "deviceToken";

        /// <summary>Access token.</summary>
        public const string Access = "access";

        /// <summary>Refresh token.</summary>
        public const string Refresh = "refresh";

        /// <summary>Seconds until the access token expires.</summary>
        public const string ExpiresIn = "expiresIn";

        /// <summary>Scope of the access token.</summary>
        public const string Scope = "scope";

        /// <summary>A token that is challenged.</summary>
        public const string Token = "token";

        /// <summary>Address of the owner.</summary>
        public const string Owner = "owner";

        /// <summary>Whether the node can be found.</summary>
        public const string Public = "public";

        /// <summary>Address of somebody else.</summary>
        public const string Jid = "jid";

        /// <summary>Whether another server may be trusted as well.</summary>
        public const string SecondaryTrustAllowed = "secondaryTrustAllowed";

        /// <summary>Categories of fields.</summary>
        public const string FieldTypes = "fieldTypes";

        /// <summary>Fields.</summary>
        public const string Fields = "fields";

        /// <summary>Parameters.</summary>
        public const string Parameters = "parameters";

        /// <summary>Nodes.</summary>
        public const string Nodes = "nodes";

        /// <summary>Service token.</summary>
        public const string ServiceToken = "serviceToken";

        /// <summary>User token.</summary>
        public const string UserToken = "userToken";

        /// <summary>Who asks.</summary>
        public const string From = "from";

        /// <summary>A SenML pack inside a message.</summary>
        public const string SenML = "senml";

        /// <summary>Whether this is the last message of an answer.</summary>
        public const string Done = "done";

        /// <summary>Outcome of a control operation.</summary>
        public const string Code = "code";

        /// <summary>Condition of an error.</summary>
        public const string Condition = "condition";

        /// <summary>Explanation for people.</summary>
        public const string Text = "text";

        /// <summary>Whether the node is connected.</summary>
        public const string Online = "online";

        /// <summary>Seconds since the node started.</summary>
        public const string Uptime = "uptime";

        /// <summary>Free bytes of memory.</summary>
        public const string Heap = "heap";

        /// <summary>Strength of the radio signal in dBm.</summary>
        public const string Rssi = "rssi";

        /// <summary>Name of a field or parameter (as in SenML).</summary>
        public const string Name = "n";

        /// <summary>Unit of a field (as in SenML).</summary>
        public const string Unit = "u";

        /// <summary>Type of a field or parameter: number, integer, boolean, text.</summary>
        public const string Type = "t";

        /// <summary>A number (as in SenML).</summary>
        public const string Value = "v";

        /// <summary>A truth value (as in SenML).</summary>
        public const string BooleanValue = "vb";

        /// <summary>A text (as in SenML).</summary>
        public const string StringValue = "vs";
    }
}

using System;
using System.Security.Cryptography;
using System.Text;
using Edge.Protocol;

namespace SensorNode.Provisioning
{
    /// <summary>Takes what was decided on a question.</summary>
    internal delegate void DecisionHandler(Question question, Decision decision);

    /// <summary>A question to the provisioning server: may somebody read or control, is somebody a friend?</summary>
    internal sealed class Question
    {
        private const int TokenHashLength = 12;

        public Question(string kind, string jid)
        {
            Kind = kind;
            Jid = BareJid(jid);
        }

        /// <summary>The message: isFriend, canRead or canControl.</summary>
        public string Kind { get; }

        /// <summary>Who asks: the bare address.</summary>
        public string Jid { get; }

        /// <summary>The fields or parameters; null for all.</summary>
        public string[] Names { get; set; }

        /// <summary>The asking service's token, or null.</summary>
        public string ServiceToken { get; set; }

        /// <summary>The asking device's token, or null.</summary>
        public string DeviceToken { get; set; }

        /// <summary>The asking user's token, or null.</summary>
        public string UserToken { get; set; }

        /// <summary>Who takes the decision.</summary>
        public DecisionHandler Handler { get; set; }

        /// <summary>What the handler wants to have at hand then.</summary>
        public object State { get; set; }

        /// <summary>The id of the message, once it went out.</summary>
        public int Id { get; set; }

        /// <summary>Until when an answer counts, on the board's clock.</summary>
        public long Deadline { get; set; }

        /// <summary>The address without its resource, in lower case: addresses are compared so (RFC 7622).</summary>
        public static string BareJid(string jid)
        {
            int slash = jid.IndexOf('/');
            return (slash < 0 ? jid : jid.Substring(0, slash)).ToLower();
        }

        /// <summary>What the keys of all answers for an address to one kind of question begin with.</summary>
        public static string KeyPrefix(string kind, string bareJid)
        {
            return kind + "\n" + bareJid + "\n";
        }

        /// <summary>The cache key: question, bare address, tokens (hashed, as they are long and secret), requested set in alphabetical order.</summary>
        public string Key()
        {
            StringBuilder key = new StringBuilder(KeyPrefix(Kind, Jid));
            key.Append(TokenHash());
            key.Append('\n');
            if (Names == null) return key.Append('*').ToString();

            string[] sorted = Sorted(Names);
            for (int i = 0; i < sorted.Length; i++) key.Append(sorted[i]).Append('\n');
            return key.ToString();
        }

        private string TokenHash()
        {
            if (string.IsNullOrEmpty(ServiceToken) && string.IsNullOrEmpty(DeviceToken) && string.IsNullOrEmpty(UserToken)) return "";

            byte[] tokens = Encoding.UTF8.GetBytes(ServiceToken + "\n" + DeviceToken + "\n" + UserToken);
            byte[] hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(NodeMessages.CanRead), tokens);
            return Convert.ToBase64String(hash, 0, TokenHashLength);
        }

        private static string[] Sorted(string[] names)
        {
            string[] sorted = new string[names.Length];
            for (int i = 0; i < names.Length; i++)
            {
                int at = i;
                while (at > 0 && string.Compare(sorted[at - 1], names[i]) > 0)
                {
                    sorted[at] = sorted[at - 1];
                    at--;
                }

                sorted[at] = names[i];
            }

            return sorted;
        }
    }
}

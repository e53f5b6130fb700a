using System;
using System.Security.Cryptography;
using System.Text;

namespace Edge.Protocol
{
    /// <summary>The proof that a node holds its device secret without telling it (node-protocol.md, "Trust").</summary>
    public static class TokenChallenge
    {
        /// <summary>HMAC-SHA-256(secret, challenge ‖ node id in UTF-8): 32 bytes.</summary>
        public static byte[] Respond(byte[] secret, byte[] challenge, string nodeId)
        {
            byte[] id = Encoding.UTF8.GetBytes(nodeId);
            byte[] text = new byte[challenge.Length + id.Length];
            Array.Copy(challenge, 0, text, 0, challenge.Length);
            Array.Copy(id, 0, text, challenge.Length, id.Length);
            return HMACSHA256.HashData(secret, text);
        }
    }
}

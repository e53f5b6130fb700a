using Edge.Protocol;
using nanoFramework.TestFramework;
using SensorNode.Provisioning;

namespace SensorNode.Tests.Provisioning
{
    [TestClass]
    internal sealed class QuestionTests
    {
        [TestMethod]
        public void The_key_knows_no_resource_no_case_and_no_order()
        {
            Question one = New("Visitor@Edge.Local/phone", "a", "b");
            Question same = New("visitor@edge.local", "b", "a");
            Assert.AreEqual(one.Key(), same.Key());
        }

        [TestMethod]
        public void The_key_tells_kinds_addresses_sets_and_tokens_apart()
        {
            string key = New("visitor@edge.local", "a", "b").Key();
            Assert.IsFalse(key == New("other@edge.local", "a", "b").Key());
            Assert.IsFalse(key == New("visitor@edge.local", "a", "c").Key());
            Question all = new Question(NodeMessages.CanRead, "visitor@edge.local");
            Assert.IsFalse(key == all.Key());
            Question control = new Question(NodeMessages.CanControl, "visitor@edge.local") { Names = new string[] { "a", "b" } };
            Assert.IsFalse(key == control.Key());
            Question token = New("visitor@edge.local", "a", "b");
            token.UserToken = "secret-token";
            Assert.IsFalse(key == token.Key());
            Assert.IsFalse(token.Key().IndexOf("secret-token") >= 0);
            Question service = New("visitor@edge.local", "a", "b");
            service.ServiceToken = "secret-token";
            Assert.IsFalse(service.Key() == token.Key());
        }

        private static Question New(string jid, string first, string second)
        {
            return new Question(NodeMessages.CanRead, jid) { Names = new string[] { first, second } };
        }
    }
}

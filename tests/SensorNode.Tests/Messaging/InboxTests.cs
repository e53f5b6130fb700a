using nanoFramework.TestFramework;
using SensorNode.Messaging;

namespace SensorNode.Tests.Messaging
{
    [TestClass]
    internal sealed class InboxTests
    {
        [TestMethod]
        public void Signals_keep_their_order_and_are_bounded()
        {
            Inbox inbox = new Inbox();
            for (int i = 0; i < Inbox.Capacity + 5; i++) inbox.Post(new Signal { Kind = SignalKind.Message, Connection = i });
            inbox.Post(new Signal { Kind = SignalKind.Closed, Connection = 99 });
            Assert.AreEqual(5, inbox.Lost);
            for (int i = 0; i < Inbox.Capacity; i++) Assert.AreEqual(i, inbox.Take().Connection);
            Assert.AreEqual(99, inbox.Take().Connection);
            Assert.IsNull(inbox.Take());
        }
    }
}

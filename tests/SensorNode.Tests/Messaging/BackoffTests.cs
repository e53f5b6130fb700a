using nanoFramework.TestFramework;
using SensorNode.Messaging;
using SensorNode.Tests.Fakes;

namespace SensorNode.Tests.Messaging
{
    [TestClass]
    internal sealed class BackoffTests
    {
        [TestMethod]
        public void Waits_grow_to_a_minute_and_begin_anew_after_success()
        {
            FakeBoard board = new FakeBoard();
            Backoff backoff = new Backoff(board);
            int[] lowest = { 750, 1500, 3000, 6000, 12000, 24000, 45000, 45000 };
            for (int i = 0; i < lowest.Length; i++) Assert.AreEqual(lowest[i], backoff.Next());
            backoff.Reset();
            Assert.AreEqual(750, backoff.Next());
            Assert.AreEqual(1, backoff.Failures);
        }

        [TestMethod]
        public void Nodes_do_not_come_back_together()
        {
            FakeBoard board = new FakeBoard { RandomValue = 500 };
            Assert.AreEqual(1250, new Backoff(board).Next());
            board.RandomValue = 250;
            Assert.AreEqual(1000, new Backoff(board).Next());
        }
    }
}

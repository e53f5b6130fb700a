using System.Text;
using Edge.Protocol;
using nanoFramework.TestFramework;
using SensorNode.Messaging;
using SensorNode.Tests.Fakes;

namespace SensorNode.Tests.Messaging
{
    [TestClass]
    internal sealed class SessionTests
    {
        [TestMethod]
        public void A_gateway_that_is_away_is_tried_again_ever_more_rarely()
        {
            using (Bench bench = new Bench())
            {
                bench.Link.Result = LinkResult.Unavailable;
                bench.Run(60000);
                Assert.IsTrue(bench.Link.Attempts >= 5 && bench.Link.Attempts <= 8);
                Assert.IsTrue(bench.Board.HasTold("The gateway cannot be reached"));
                bench.Link.Result = LinkResult.Connected;
                bench.Run(60000);
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Hello));
            }
        }

        [TestMethod]
        public void Without_a_network_nothing_is_tried()
        {
            using (Bench bench = new Bench())
            {
                bench.Board.NetworkUp = false;
                bench.Run(10000);
                Assert.AreEqual(0, bench.Link.Attempts);
            }
        }

        [TestMethod]
        public void After_very_many_failures_the_board_starts_anew_once()
        {
            using (Bench bench = new Bench())
            {
                bench.Link.Result = LinkResult.Unavailable;
                for (int i = 0; i < Session.MaxFailures + 5; i++) bench.Run(60000);
                Assert.AreEqual(1, bench.Board.Restarts);
            }
        }

        [TestMethod]
        public void A_connection_that_dies_without_a_word_is_noticed()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                int attempts = bench.Link.Attempts;
                bench.Link.Break();
                bench.Run(3000);
                Assert.AreEqual(attempts + 1, bench.Link.Attempts);
            }
        }

        [TestMethod]
        public void The_end_of_an_older_connection_ends_nothing()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                int attempts = bench.Link.Attempts;
                bench.Ended(attempts - 1);
                bench.Run(3000);
                Assert.AreEqual(attempts, bench.Link.Attempts);
                bench.Ended(attempts);
                bench.Run(3000);
                Assert.AreEqual(attempts + 1, bench.Link.Attempts);
            }
        }

        [TestMethod]
        public void Bad_messages_are_answered_with_errors_and_change_nothing()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.ReceiveBytes(NodeMessages.Read, Encoding.UTF8.GetBytes("{\"id\":"));
                AssertError(bench, ErrorConditions.BadRequest, -1);
                bench.ReceiveBytes(NodeMessages.Read, new byte[Dispatcher.MaxPayload + 1]);
                AssertError(bench, ErrorConditions.PolicyViolation, -1);
                bench.Receive("dance", new JsonObject().Set(MessageKeys.Id, 8));
                AssertError(bench, ErrorConditions.FeatureNotImplemented, 8);
                bench.Receive(NodeMessages.Read, new JsonObject().Set(MessageKeys.Id, 9));
                AssertError(bench, ErrorConditions.BadRequest, 9);
                bench.Receive(NodeMessages.TokenChallenge, new JsonObject().Set(MessageKeys.Id, 10));
                AssertError(bench, ErrorConditions.Forbidden, 10);
                Assert.AreEqual(NodeStates.Trusted, bench.Node.State);
            }
        }

        [TestMethod]
        public void An_error_is_never_answered()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.ReceiveBytes(NodeMessages.Error, Encoding.UTF8.GetBytes("no json"));
                bench.ReceiveBytes(NodeMessages.Error, new byte[Dispatcher.MaxPayload + 1]);
                bench.Receive(NodeMessages.Error, new JsonObject().Set(MessageKeys.Id, 77));
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.Error));
            }
        }

        [TestMethod]
        public void Without_a_token_orders_and_recommendations_are_ignored()
        {
            using (Bench bench = new Bench())
            {
                bench.Node.Step();
                bench.Receive(NodeMessages.Unfriend, new JsonObject().Set(MessageKeys.Jid, "a@b"));
                bench.Read("a@b", "temperature");
                bench.Receive(NodeMessages.ClearCache, new JsonObject().Set(MessageKeys.Id, 1));
                bench.Receive(NodeMessages.Claimed, new JsonObject().Set(MessageKeys.Owner, "mallory@edge.local"));
                Assert.AreEqual(NodeStates.Factory, bench.Node.State);
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.Error));
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.Rejected));
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.ClearCacheResponse));
            }
        }

        private static void AssertError(Bench bench, string condition, int id)
        {
            JsonObject error = bench.Link.Last(NodeMessages.Error);
            Assert.AreEqual(condition, error.GetString(MessageKeys.Condition, ""));
            Assert.AreEqual(id, error.GetInt(MessageKeys.Id, -1));
        }
    }
}

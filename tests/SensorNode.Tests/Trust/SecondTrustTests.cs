using Edge.Protocol;
using nanoFramework.TestFramework;
using SensorNode.Tests.Fakes;

namespace SensorNode.Tests.Trust
{
    [TestClass]
    internal sealed class SecondTrustTests
    {
        private const string Other = "provisioning.other.example";

        [TestMethod]
        public void The_first_server_is_asked_whether_a_second_is_allowed()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Befriend(Other);
                Assert.AreEqual(Other, bench.Link.Last(NodeMessages.IsFriend).GetString(MessageKeys.Jid, ""));
                Answer(bench, true);
                Assert.AreEqual(NodeStates.Asked, bench.Node.State);
                bench.Press(100);
                Assert.AreEqual(BefriendResults.Accepted, bench.Link.Last(NodeMessages.Befriended).GetString(MessageKeys.Result, ""));
                Assert.AreEqual("token-1", bench.Link.Token);
            }
        }

        [TestMethod]
        public void A_second_server_that_is_not_allowed_is_refused()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Befriend(Other);
                Answer(bench, false);
                Assert.AreEqual(BefriendResults.Rejected, bench.Link.Last(NodeMessages.Befriended).GetString(MessageKeys.Result, ""));
                Assert.AreEqual("solid", bench.Board.Pattern);
                bench.Run(3500);
                Assert.AreEqual("double-blink", bench.Board.Pattern);
            }
        }

        [TestMethod]
        public void Where_the_first_server_does_not_answer_a_second_is_refused()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Befriend(Other);
                bench.Run(7000);
                Assert.AreEqual(BefriendResults.Rejected, bench.Link.Last(NodeMessages.Befriended).GetString(MessageKeys.Result, ""));
            }
        }

        private static void Answer(Bench bench, bool allowed)
        {
            bench.Receive(
                NodeMessages.IsFriendResponse,
                bench.AnswerTo(NodeMessages.IsFriend).Set(MessageKeys.Result, true).Set(MessageKeys.SecondaryTrustAllowed, allowed));
        }
    }
}

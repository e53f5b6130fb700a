using System;
using Edge.Protocol;
using nanoFramework.TestFramework;
using SensorNode.Messaging;
using SensorNode.Tests.Fakes;
using SensorNode.Trust;

namespace SensorNode.Tests.Trust
{
    [TestClass]
    internal sealed class EnrolmentTests
    {
        [TestMethod]
        public void A_press_leads_to_a_session_with_a_token()
        {
            using (Bench bench = new Bench())
            {
                bench.Node.Step();
                Assert.IsNull(bench.Link.Token);
                Assert.AreEqual(NodeStates.Factory, bench.Link.Last(NodeMessages.Hello).GetString(MessageKeys.State, ""));
                bench.Enrol();
                Assert.AreEqual("token-1", bench.Link.Token);
                Assert.AreEqual(2, bench.Link.Attempts);
                Assert.AreEqual(NodeStates.Trusted, bench.Link.Last(NodeMessages.Hello).GetString(MessageKeys.State, ""));
                Assert.IsTrue(bench.Link.Last(NodeMessages.State).GetBool(MessageKeys.Online, false));
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Telemetry));
            }
        }

        [TestMethod]
        public void The_challenge_is_answered_with_the_device_secret()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                byte[] challenge = new byte[16];
                for (int i = 0; i < challenge.Length; i++) challenge[i] = (byte)i;
                string expected = Convert.ToBase64String(TokenChallenge.Respond(bench.Secret, challenge, Bench.NodeName));
                Assert.AreEqual(expected, bench.Link.Last(NodeMessages.GetTokenChallengeResponse).GetString(MessageKeys.Response, null));
                Assert.AreEqual(3, bench.Link.Last(NodeMessages.GetTokenChallengeResponse).GetInt(MessageKeys.SeqNr, 0));
            }
        }

        [TestMethod]
        public void Without_a_press_the_gateway_is_told_and_no_token_is_asked_for()
        {
            using (Bench bench = new Bench())
            {
                bench.Node.Step();
                bench.Befriend(Bench.Server);
                bench.Run(30200);
                Assert.AreEqual(BefriendResults.Timeout, bench.Link.Last(NodeMessages.Befriended).GetString(MessageKeys.Result, ""));
                Assert.AreEqual(7, bench.Link.Last(NodeMessages.Befriended).GetInt(MessageKeys.Id, 0));
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.Discover));
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.GetToken));
            }
        }

        [TestMethod]
        public void A_server_without_provisioning_gets_no_further()
        {
            using (Bench bench = new Bench())
            {
                bench.Node.Step();
                bench.Befriend(Bench.Server);
                bench.Press(100);
                bench.Discovered("urn:xmpp:ping");
                bench.Run(20000);
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.GetToken));
                Assert.AreEqual(NodeStates.Factory, bench.Node.State);
            }
        }

        [TestMethod]
        public void An_answer_that_does_not_come_is_asked_for_again()
        {
            using (Bench bench = new Bench())
            {
                bench.Node.Step();
                bench.Befriend(Bench.Server);
                bench.Press(100);
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Discover));
                bench.Run(Enrolment.AnswerMilliseconds + 2000);
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.Discover));
            }
        }

        [TestMethod]
        public void After_a_restart_the_kept_token_is_used()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Stop();
                bench.Start();
                bench.Run(200);
                Assert.AreEqual("token-1", bench.Link.Token);
                Assert.AreEqual(1, bench.Link.Attempts);
            }
        }

        [TestMethod]
        public void The_token_is_renewed_before_it_runs_out_and_the_session_with_it()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Board.Advance(2399 * 1000);
                bench.Node.Step();
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.Refresh));
                bench.Run(2000);
                Assert.AreEqual("refresh-1", bench.Link.Last(NodeMessages.Refresh).GetString(MessageKeys.Refresh, ""));
                bench.Receive(
                    NodeMessages.Refreshed, bench.AnswerTo(NodeMessages.Refresh).Set(MessageKeys.Access, "token-2").Set(MessageKeys.ExpiresIn, 3600));
                bench.Run(200);
                Assert.AreEqual("token-2", bench.Link.Token);
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Refresh));
            }
        }

        [TestMethod]
        public void A_lost_answer_to_a_refresh_is_asked_for_again_in_the_same_session()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Board.Advance(2401 * 1000);
                bench.Run(40000);
                Assert.IsTrue(bench.Link.Count(NodeMessages.Refresh) >= 2);
                Assert.AreEqual("token-1", bench.Link.Token);
                Assert.AreEqual(2, bench.Link.Attempts);
            }
        }

        [TestMethod]
        public void A_refused_token_is_renewed_in_a_session_without_one()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Break();
                bench.Link.Result = LinkResult.Refused;
                bench.Run(1500);
                bench.Link.Result = LinkResult.Connected;
                bench.Run(4000);
                Assert.IsNull(bench.Link.Token);
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Refresh));
                bench.Receive(
                    NodeMessages.Refreshed, bench.AnswerTo(NodeMessages.Refresh).Set(MessageKeys.Access, "token-2").Set(MessageKeys.ExpiresIn, 3600));
                bench.Run(200);
                Assert.AreEqual("token-2", bench.Link.Token);
            }
        }

        [TestMethod]
        public void A_void_refresh_token_leads_to_a_new_challenge()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Board.Advance(2401 * 1000);
                bench.Run(200);
                bench.Link.Forget();
                bench.Run(20000);
                bench.Receive(NodeMessages.Error, bench.AnswerTo(NodeMessages.Refresh).Set(MessageKeys.Condition, ErrorConditions.NotAuthorized));
                bench.Run(200);
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.GetToken));
                Assert.AreEqual(NodeStates.Trusted, bench.Node.State);
            }
        }

        [TestMethod]
        public void A_gateway_that_forgot_the_node_gets_it_back_without_a_press()
        {
            using (Bench bench = new Bench())
            {
                bench.Node.Step();
                bench.Befriend(Bench.Server);
                bench.Press(100);
                bench.Discovered(ServerFeatures.Provisioning);
                bench.Receive(NodeMessages.Error, bench.AnswerTo(NodeMessages.GetToken).Set(MessageKeys.Condition, ErrorConditions.Forbidden));
                bench.Befriend(Bench.Server);
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.Befriended));
                Assert.AreEqual(BefriendResults.Accepted, bench.Link.Last(NodeMessages.Befriended).GetString(MessageKeys.Result, ""));
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.GetToken));
            }
        }

        [TestMethod]
        public void An_answer_with_another_id_is_dropped()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Receive(NodeMessages.Refreshed, new JsonObject().Set(MessageKeys.Id, 1).Set(MessageKeys.Access, "evil").Set(MessageKeys.ExpiresIn, 10));
                bench.Run(200);
                Assert.AreEqual("token-1", bench.Link.Token);
            }
        }

        [TestMethod]
        public void Ten_seconds_at_the_button_forget_everything()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Press(10500);
                Assert.AreEqual(NodeStates.Factory, bench.Node.State);
                Assert.IsNull(bench.Link.Token);
                bench.Stop();
                bench.Start();
                bench.Run(200);
                Assert.AreEqual(NodeStates.Factory, bench.Node.State);
                Assert.IsNull(bench.Link.Token);
            }
        }
    }
}

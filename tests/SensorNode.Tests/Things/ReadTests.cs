using Edge.Protocol;
using nanoFramework.TestFramework;
using SensorNode.Provisioning;
using SensorNode.Tests.Fakes;

namespace SensorNode.Tests.Things
{
    [TestClass]
    internal sealed class ReadTests
    {
        private const string Visitor = "visitor@edge.local/phone";

        [TestMethod]
        public void What_the_server_allows_is_told_and_only_that()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Read(Visitor, null);
                JsonObject question = bench.Link.Last(NodeMessages.CanRead);
                Assert.AreEqual("visitor@edge.local", question.GetString(MessageKeys.Jid, ""));
                Assert.IsFalse(question.Has(MessageKeys.Fields));
                Answer(bench, true, "temperature");

                JsonObject fields = bench.Link.Last(NodeMessages.Fields);
                Assert.AreEqual(11, fields.GetInt(MessageKeys.Id, 0));
                Assert.AreEqual(12, fields.GetInt(MessageKeys.SeqNr, 0));
                Assert.IsTrue(fields.GetBool(MessageKeys.Done, false));
                SenMLPack pack = SenMLPack.FromArray(fields.GetArray(MessageKeys.SenML));
                Assert.AreEqual(1, pack.Count);
                Assert.AreEqual("temperature", pack.Get(0).Name);
                Assert.AreEqual("Cel", pack.Get(0).Unit);
                Assert.IsTrue(pack.Get(0).Number == 21.5);
            }
        }

        [TestMethod]
        public void The_second_time_the_cache_answers_also_after_a_restart()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Read(Visitor, "temperature");
                Answer(bench, true, "temperature");
                bench.Read("visitor@edge.local/tablet", "temperature");
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.CanRead));
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.Fields));

                bench.Stop();
                bench.Start();
                bench.Run(200);
                bench.Read(Visitor, "temperature");
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.CanRead));
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Fields));
            }
        }

        [TestMethod]
        public void A_no_is_cached_too_until_the_cache_is_cleared()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Read(Visitor, "temperature");
                Answer(bench, false, null);
                bench.Read(Visitor, "temperature");
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.CanRead));
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.Rejected));
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.Fields));

                bench.Receive(NodeMessages.ClearCache, new JsonObject().Set(MessageKeys.Id, 44));
                Assert.AreEqual(44, bench.Link.Last(NodeMessages.ClearCacheResponse).GetInt(MessageKeys.Id, 0));
                bench.Read(Visitor, "temperature");
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.CanRead));
            }
        }

        [TestMethod]
        public void No_answer_is_a_no_that_is_not_cached()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Read(Visitor, "temperature");
                bench.Run(Decider.AnswerMilliseconds - 300);
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.Rejected));
                bench.Run(600);
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Rejected));
                bench.Read(Visitor, "temperature");
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.CanRead));
            }
        }

        [TestMethod]
        public void A_server_that_cannot_decide_is_no_answer()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Read(Visitor, "temperature");
                bench.Receive(
                    NodeMessages.Error, bench.AnswerTo(NodeMessages.CanRead).Set(MessageKeys.Condition, ErrorConditions.ServiceUnavailable));
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Rejected));
                bench.Read(Visitor, "temperature");
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.CanRead));
            }
        }

        [TestMethod]
        public void An_answer_allows_no_more_than_was_asked()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Read(Visitor, "temperature");
                Answer(bench, true, "humidity");
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.Fields));
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Rejected));
            }
        }

        [TestMethod]
        public void A_malformed_answer_is_a_no_that_is_not_cached()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Read(Visitor, "temperature");
                bench.Receive(NodeMessages.CanReadResponse, bench.AnswerTo(NodeMessages.CanRead).Set(MessageKeys.Result, "true"));
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Rejected));
                bench.Read(Visitor, "temperature");
                bench.Receive(
                    NodeMessages.CanReadResponse, bench.AnswerTo(NodeMessages.CanRead).Set(MessageKeys.Result, true).Set(MessageKeys.Fields, "all"));
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.Rejected));
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.Fields));
            }
        }

        [TestMethod]
        public void An_answer_to_another_question_is_dropped()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Read(Visitor, "temperature");
                bench.Receive(NodeMessages.CanControlResponse, bench.AnswerTo(NodeMessages.CanRead).Set(MessageKeys.Result, true));
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.Fields));
                Answer(bench, true, "temperature");
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Fields));
            }
        }

        [TestMethod]
        public void Too_many_questions_at_once_are_refused()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                for (int i = 0; i <= Decider.MaxPending; i++) bench.Read("visitor" + i.ToString() + "@edge.local", "temperature");
                Assert.AreEqual(Decider.MaxPending, bench.Link.Count(NodeMessages.CanRead));
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Rejected));
            }
        }

        [TestMethod]
        public void Unknown_fields_and_other_types_are_refused_without_a_question()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Read(Visitor, "brightness");
                JsonObject read = new JsonObject().Set(MessageKeys.Id, 1).Set(MessageKeys.From, Visitor);
                bench.Receive(NodeMessages.Read, read.Set(MessageKeys.FieldTypes, new JsonArray().Add(FieldTypes.Historical)));
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.Rejected));
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.CanRead));
            }
        }

        [TestMethod]
        public void A_sensor_that_does_not_answer_is_told_and_never_a_value()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Board.Chip.Answers = false;
                bench.Read(Visitor, "temperature");
                Answer(bench, true, "temperature");
                Assert.AreEqual("The sensor does not answer.", bench.Link.Last(NodeMessages.Rejected).GetString(MessageKeys.Text, ""));
            }
        }

        [TestMethod]
        public void An_ended_friendship_refuses_what_was_allowed_until_it_is_recommended_again()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Read(Visitor, "temperature");
                Answer(bench, true, "temperature");
                bench.Receive(NodeMessages.Unfriend, new JsonObject().Set(MessageKeys.Jid, "visitor@edge.local"));
                bench.Read(Visitor, "temperature");
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.Rejected));
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.CanRead));
                bench.Receive(NodeMessages.Friend, new JsonObject().Set(MessageKeys.Jid, "visitor@edge.local"));
                bench.Read(Visitor, "temperature");
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.CanRead));
            }
        }

        private static void Answer(Bench bench, bool result, string field)
        {
            JsonObject answer = bench.AnswerTo(NodeMessages.CanRead).Set(MessageKeys.Result, result);
            if (field != null) answer.Set(MessageKeys.Fields, new JsonArray().Add(field));
            bench.Receive(NodeMessages.CanReadResponse, answer);
        }
    }
}

using Edge.Protocol;
using nanoFramework.TestFramework;
using SensorNode.Tests.Fakes;

namespace SensorNode.Tests.Things
{
    [TestClass]
    internal sealed class SetTests
    {
        private const string Visitor = "visitor@edge.local";

        [TestMethod]
        public void What_the_server_allows_is_set()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Set(Visitor, Led(true));
                Assert.IsFalse(bench.Board.Output);
                Answer(bench, true, "led");
                Assert.IsTrue(bench.Board.Output);
                AssertCode(bench, ControlCodes.Ok, "led");
                bench.Set(Visitor, Led(false));
                Assert.IsFalse(bench.Board.Output);
                Assert.AreEqual(1, bench.Link.Count(NodeMessages.CanControl));
            }
        }

        [TestMethod]
        public void What_it_does_not_allow_is_not_set()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Set(Visitor, Led(true));
                Answer(bench, false, null);
                Assert.IsFalse(bench.Board.Output);
                AssertCode(bench, ControlCodes.InsufficientPrivileges, "led");
            }
        }

        [TestMethod]
        public void All_parameters_are_set_or_none()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                JsonArray both = new JsonArray().Add(Led(true)).Add(Interval(60));
                bench.Receive(
                    NodeMessages.Set, new JsonObject().Set(MessageKeys.Id, 21).Set(MessageKeys.From, Visitor).Set(MessageKeys.Parameters, both));
                Answer(bench, true, "led");
                Assert.IsFalse(bench.Board.Output);
                AssertCode(bench, ControlCodes.InsufficientPrivileges, "interval");
            }
        }

        [TestMethod]
        public void Unknown_parameters_and_values_that_do_not_fit_need_no_question()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Set(Visitor, new JsonObject().Set(MessageKeys.Name, "laser").Set(MessageKeys.BooleanValue, true));
                AssertCode(bench, ControlCodes.NotFound, "laser");
                bench.Set(Visitor, new JsonObject().Set(MessageKeys.Name, "led").Set(MessageKeys.Value, 1));
                AssertCode(bench, ControlCodes.FormError, "led");
                bench.Set(Visitor, Interval(0));
                AssertCode(bench, ControlCodes.FormError, "interval");
                bench.Set(Visitor, Interval(3601));
                AssertCode(bench, ControlCodes.FormError, "interval");
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.CanControl));
            }
        }

        [TestMethod]
        public void A_request_that_names_a_parameter_twice_or_none_is_malformed()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                JsonObject set = new JsonObject().Set(MessageKeys.Id, 21).Set(MessageKeys.From, Visitor);
                bench.Receive(NodeMessages.Set, set.Set(MessageKeys.Parameters, new JsonArray().Add(Led(true)).Add(Led(false))));
                bench.Receive(NodeMessages.Set, set.Set(MessageKeys.Parameters, new JsonArray()));
                bench.Receive(NodeMessages.Set, set.Set(MessageKeys.Parameters, "led"));
                Assert.AreEqual(3, bench.Link.Count(NodeMessages.Error));
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.SetResponse));
            }
        }

        [TestMethod]
        public void The_interval_holds_at_once_and_after_a_restart_and_is_gone_after_a_reset()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Set(Visitor, Interval(2));
                Answer(bench, true, "interval");
                bench.Link.Forget();
                bench.Run(10000);
                Assert.AreEqual(5, bench.Link.Count(NodeMessages.Telemetry));

                bench.Stop();
                bench.Start();
                bench.Run(6000);
                Assert.AreEqual(3, bench.Link.Count(NodeMessages.Telemetry));
                bench.Press(10500);
                bench.Stop();
                bench.Start();
                bench.Enrol();
                bench.Link.Forget();
                bench.Run(20000);
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.Telemetry));
            }
        }

        private static JsonObject Led(bool on)
        {
            return new JsonObject().Set(MessageKeys.Name, "led").Set(MessageKeys.BooleanValue, on);
        }

        private static JsonObject Interval(int seconds)
        {
            return new JsonObject().Set(MessageKeys.Name, "interval").Set(MessageKeys.Value, seconds);
        }

        private static void Answer(Bench bench, bool result, string parameter)
        {
            JsonObject answer = bench.AnswerTo(NodeMessages.CanControl).Set(MessageKeys.Result, result);
            if (parameter != null) answer.Set(MessageKeys.Parameters, new JsonArray().Add(parameter));
            bench.Receive(NodeMessages.CanControlResponse, answer);
        }

        private static void AssertCode(Bench bench, string code, string parameter)
        {
            JsonObject response = bench.Link.Last(NodeMessages.SetResponse);
            Assert.AreEqual(code, response.GetString(MessageKeys.Code, ""));
            Assert.AreEqual(21, response.GetInt(MessageKeys.Id, 0));
            Assert.AreEqual(parameter, response.GetArray(MessageKeys.Parameters).GetString(0));
        }
    }
}

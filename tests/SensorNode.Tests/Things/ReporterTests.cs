using Edge.Protocol;
using nanoFramework.TestFramework;
using SensorNode.Tests.Fakes;

namespace SensorNode.Tests.Things
{
    [TestClass]
    internal sealed class ReporterTests
    {
        [TestMethod]
        public void Hello_tells_what_the_node_has()
        {
            using (Bench bench = new Bench())
            {
                bench.Node.Step();
                JsonObject hello = bench.Link.Last(NodeMessages.Hello);
                Assert.AreEqual("Fake sensor", hello.GetString(MessageKeys.Model, ""));
                Assert.AreEqual("temperature", hello.GetArray(MessageKeys.Fields).GetObject(0).GetString(MessageKeys.Name, ""));
                Assert.AreEqual("Cel", hello.GetArray(MessageKeys.Fields).GetObject(0).GetString(MessageKeys.Unit, ""));
                Assert.AreEqual(ValueTypes.Boolean, hello.GetArray(MessageKeys.Parameters).GetObject(0).GetString(MessageKeys.Type, ""));
                Assert.AreEqual(ValueTypes.Integer, hello.GetArray(MessageKeys.Parameters).GetObject(1).GetString(MessageKeys.Type, ""));
                Assert.IsTrue(bench.Link.LastBytes(NodeMessages.Hello).Length <= 1024);
            }
        }

        [TestMethod]
        public void Telemetry_is_senml_with_the_decimals_of_the_sensor()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                byte[] payload = bench.Link.LastBytes(NodeMessages.Telemetry);
                string text = System.Text.Encoding.UTF8.GetString(payload, 0, payload.Length);
                Assert.AreEqual("[{\"n\":\"temperature\",\"u\":\"Cel\",\"v\":21.50},{\"n\":\"humidity\",\"u\":\"%RH\",\"v\":45.0}]", text);
            }
        }

        [TestMethod]
        public void Telemetry_comes_every_ten_seconds_and_state_every_minute_only_with_a_token()
        {
            using (Bench bench = new Bench())
            {
                bench.Run(30000);
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.Telemetry));
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.State));
                bench.Enrol();
                bench.Link.Forget();
                bench.Run(120000);
                Assert.AreEqual(12, bench.Link.Count(NodeMessages.Telemetry));
                Assert.AreEqual(2, bench.Link.Count(NodeMessages.State));
            }
        }

        [TestMethod]
        public void A_value_that_is_none_is_left_out()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Board.Chip.Temperature = double.NaN;
                bench.Run(10000);
                byte[] payload = bench.Link.LastBytes(NodeMessages.Telemetry);
                Assert.AreEqual(1, SenMLPack.Parse(payload, 0, payload.Length).Count);
            }
        }

        [TestMethod]
        public void A_sensor_that_does_not_answer_sends_nothing()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Board.Chip.Answers = false;
                bench.Link.Forget();
                bench.Run(20000);
                Assert.AreEqual(0, bench.Link.Count(NodeMessages.Telemetry));
                Assert.IsTrue(bench.Board.HasTold("The sensor does not answer."));
            }
        }

        [TestMethod]
        public void The_owner_is_shown_by_the_led()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                Assert.AreEqual("double-blink", bench.Board.Pattern);
                bench.Receive(NodeMessages.Claimed, new JsonObject().Set(MessageKeys.Owner, "olivia@edge.local").Set(MessageKeys.Public, true));
                Assert.AreEqual(NodeStates.Owned, bench.Node.State);
                Assert.AreEqual("off", bench.Board.Pattern);
                bench.Receive(NodeMessages.Disowned, new JsonObject());
                Assert.AreEqual(NodeStates.Trusted, bench.Node.State);
            }
        }

        [TestMethod]
        public void An_orderly_end_says_that_the_node_is_offline()
        {
            using (Bench bench = new Bench())
            {
                bench.Enrol();
                bench.Stop();
                Assert.IsFalse(bench.Link.Last(NodeMessages.State).GetBool(MessageKeys.Online, true));
                Assert.IsFalse(bench.Link.IsConnected);
            }
        }
    }
}

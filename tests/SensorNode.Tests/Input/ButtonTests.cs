using nanoFramework.TestFramework;
using SensorNode.Input;

namespace SensorNode.Tests.Input
{
    [TestClass]
    internal sealed class ButtonTests
    {
        [TestMethod]
        public void A_bouncing_press_counts_once()
        {
            Button button = new Button();
            for (int at = 0; at < 20; at += 2) AssertNone(button.Change(at % 4 == 0, at));
            AssertNone(button.Change(true, 20));
            AssertNone(button.Tick(60));
            AssertNone(button.Change(false, 200));
            AssertNone(button.Change(true, 202));
            AssertNone(button.Change(false, 204));
            Assert.IsTrue(button.Tick(240) == ButtonAction.Press);
            AssertNone(button.Tick(300));
        }

        [TestMethod]
        public void A_spike_is_nothing()
        {
            Button button = new Button();
            AssertNone(button.Change(true, 0));
            AssertNone(button.Change(false, 10));
            AssertNone(button.Tick(1000));
            Assert.IsFalse(button.IsBusy);
        }

        [TestMethod]
        public void A_hold_is_told_after_ten_seconds_and_its_release_is_nothing()
        {
            Button button = new Button();
            button.Change(true, 0);
            AssertNone(button.Tick(9999));
            Assert.IsTrue(button.Tick(10000) == ButtonAction.Hold);
            AssertNone(button.Tick(12000));
            AssertNone(button.Change(false, 13000));
            AssertNone(button.Tick(13100));
        }

        [TestMethod]
        public void Almost_ten_seconds_are_a_press()
        {
            Button button = new Button();
            button.Change(true, 0);
            button.Tick(100);
            button.Change(false, 9900);
            Assert.IsTrue(button.Tick(10100) == ButtonAction.Press);
        }

        [TestMethod]
        public void A_hold_that_a_busy_loop_sees_late_is_a_hold()
        {
            Button button = new Button();
            button.Change(true, 0);
            Assert.IsTrue(button.Change(false, 11000) == ButtonAction.Hold);
            AssertNone(button.Tick(11100));
        }

        private static void AssertNone(ButtonAction action)
        {
            Assert.IsTrue(action == ButtonAction.None);
        }
    }
}

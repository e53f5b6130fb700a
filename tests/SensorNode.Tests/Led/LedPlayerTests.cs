using Edge.Protocol;
using nanoFramework.TestFramework;
using SensorNode.Led;

namespace SensorNode.Tests.Led
{
    [TestClass]
    internal sealed class LedPlayerTests
    {
        [TestMethod]
        public void Each_state_has_its_pattern()
        {
            Assert.AreEqual("slow-blink", LedPattern.Of(NodeStates.Factory).Name);
            Assert.AreEqual("fast-blink", LedPattern.Of(NodeStates.Asked).Name);
            Assert.AreEqual("double-blink", LedPattern.Of(NodeStates.Trusted).Name);
            Assert.AreEqual("off", LedPattern.Of(NodeStates.Owned).Name);
            Assert.AreEqual("solid", LedPattern.Of(NodeStates.Locked).Name);
            Assert.AreEqual("three-short", LedPattern.Of(NodeStates.Fault).Name);
        }

        [TestMethod]
        public void Blinking_begins_with_on_and_repeats()
        {
            LedPlayer player = new LedPlayer();
            player.Show(LedPattern.DoubleBlink);
            int[] expected = { 100, 150, 100, 1650, 100 };
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.AreEqual(expected[i], player.Next());
                Assert.IsTrue(player.IsOn == (i % 2 == 0));
            }
        }

        [TestMethod]
        public void Solid_and_off_hold_forever()
        {
            LedPlayer player = new LedPlayer();
            player.Show(LedPattern.Solid);
            Assert.AreEqual(LedPlayer.Forever, player.Next());
            Assert.IsTrue(player.IsOn);
            player.Show(LedPattern.Off);
            Assert.AreEqual(LedPlayer.Forever, player.Next());
            Assert.IsFalse(player.IsOn);
        }

        [TestMethod]
        public void A_pattern_shown_again_goes_on()
        {
            LedPlayer player = new LedPlayer();
            Assert.IsTrue(player.Show(LedPattern.FastBlink));
            player.Next();
            Assert.IsFalse(player.Show(LedPattern.FastBlink));
            player.Next();
            Assert.IsFalse(player.IsOn);
        }

        [TestMethod]
        public void A_flash_is_short_and_only_where_the_led_is_off()
        {
            LedPlayer player = new LedPlayer();
            Assert.IsTrue(player.Flash());
            Assert.AreEqual(LedPlayer.FlashMilliseconds, player.Next());
            Assert.IsTrue(player.IsOn);
            Assert.AreEqual(LedPlayer.Forever, player.Next());
            Assert.IsFalse(player.IsOn);
            player.Show(LedPattern.SlowBlink);
            Assert.IsFalse(player.Flash());
        }
    }
}

using nanoFramework.TestFramework;
using SensorNode.Trust;

namespace SensorNode.Tests.Trust
{
    [TestClass]
    internal sealed class RefreshScheduleTests
    {
        [TestMethod]
        public void A_token_is_renewed_at_two_thirds_of_its_life_less_a_spread()
        {
            RefreshSchedule schedule = new RefreshSchedule();
            schedule.Received(3600, 1000, 0);
            Assert.AreEqual(1000 + 2400000L, schedule.Due);
            schedule.Received(3600, 1000, 99);
            Assert.AreEqual(1000 + 2400000L - 237600L, schedule.Due);
        }

        [TestMethod]
        public void A_lifetime_of_months_does_not_overflow()
        {
            RefreshSchedule schedule = new RefreshSchedule();
            schedule.Received(int.MaxValue, 0, 0);
            Assert.AreEqual(int.MaxValue * 1000L * 2 / 3, schedule.Due);
        }

        [TestMethod]
        public void A_lost_answer_is_asked_for_again_ever_more_rarely()
        {
            RefreshSchedule schedule = new RefreshSchedule();
            schedule.Received(3600, 0, 0);
            long now = schedule.Due;
            int[] waits = { 15000, 30000, 60000, 120000, 240000, 300000, 300000 };
            for (int i = 0; i < waits.Length; i++)
            {
                schedule.Asked(now);
                Assert.AreEqual(now + waits[i], schedule.Due);
                now = schedule.Due;
            }
        }

        [TestMethod]
        public void After_a_restart_the_rest_of_the_life_counts()
        {
            RefreshSchedule schedule = new RefreshSchedule();
            schedule.Found(3600, 10000, 8000, 5);
            Assert.AreEqual(5 + 800000L, schedule.Due);
            schedule.Found(3600, 10000, 9999, 5);
            Assert.AreEqual(5L, schedule.Due);
            schedule.Found(3600, 10000, 50000, 5);
            Assert.AreEqual(5L, schedule.Due);
        }

        [TestMethod]
        public void A_token_of_unknown_age_is_renewed_after_a_minute()
        {
            RefreshSchedule schedule = new RefreshSchedule();
            schedule.Found(3600, 0, 9000, 5);
            Assert.AreEqual(60005L, schedule.Due);
            schedule.Found(3600, 10000, 0, 5);
            Assert.AreEqual(60005L, schedule.Due);
        }
    }
}

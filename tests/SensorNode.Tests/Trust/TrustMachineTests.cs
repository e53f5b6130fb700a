using Edge.Protocol;
using nanoFramework.TestFramework;
using SensorNode.Trust;

namespace SensorNode.Tests.Trust
{
    [TestClass]
    internal sealed class TrustMachineTests
    {
        private const string First = "provisioning.edge.local";
        private const string Second = "provisioning.other.example";

        [TestMethod]
        public void A_press_within_the_window_accepts_and_is_kept()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = New(folder);
                Assert.AreEqual(NodeStates.Factory, machine.State);
                Assert.IsNull(machine.Befriend(5, First, 30, false, 0));
                Assert.AreEqual(NodeStates.Asked, machine.State);
                Assert.AreEqual(5, machine.AskedId);
                Assert.IsTrue(machine.Press(29999));
                Assert.AreEqual(NodeStates.Trusted, machine.State);
                Assert.AreEqual(NodeStates.Trusted, New(folder).State);
                Assert.AreEqual(First, New(folder).Server);
            }
        }

        [TestMethod]
        public void Without_a_press_the_window_closes_and_it_can_be_asked_again()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = New(folder);
                machine.Befriend(5, First, 30, false, 0);
                Assert.IsFalse(machine.Expire(29999));
                Assert.IsTrue(machine.Expire(30000));
                Assert.IsFalse(machine.Expire(30001));
                Assert.AreEqual(NodeStates.Factory, machine.State);
                Assert.IsFalse(machine.Press(30002));
                Assert.IsNull(machine.Befriend(6, First, 30, false, 40000));
            }
        }

        [TestMethod]
        public void A_press_that_nobody_asked_for_is_nothing()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = New(folder);
                Assert.IsFalse(machine.Press(0));
                Assert.AreEqual(NodeStates.Factory, machine.State);
            }
        }

        [TestMethod]
        public void A_press_after_the_window_accepts_nothing_even_before_the_time_was_looked_at()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = New(folder);
                machine.Befriend(5, First, 30, false, 0);
                Assert.IsFalse(machine.Press(30000));
            }
        }

        [TestMethod]
        public void A_window_is_held_within_bounds()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = New(folder);
                machine.Befriend(5, First, 0, false, 0);
                Assert.IsFalse(machine.Expire(4999));
                Assert.IsTrue(machine.Expire(5000));
                machine.Befriend(6, First, 100000, false, 0);
                Assert.IsTrue(machine.Expire(120000));
            }
        }

        [TestMethod]
        public void The_trusted_server_is_accepted_again_without_a_press()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = Trusting(folder);
                Assert.AreEqual(BefriendResults.Accepted, machine.Befriend(6, First, 30, false, 100));
            }
        }

        [TestMethod]
        public void Another_server_is_refused_and_shown_as_locked_for_a_moment()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = Trusting(folder);
                Assert.AreEqual(BefriendResults.Rejected, machine.Befriend(6, Second, 30, false, 100));
                Assert.AreEqual(NodeStates.Locked, machine.State);
                Assert.AreEqual(NodeStates.Trusted, machine.Standing);
                machine.Expire(100 + TrustMachine.RefusalMilliseconds);
                Assert.AreEqual(NodeStates.Trusted, machine.State);
            }
        }

        [TestMethod]
        public void A_second_server_that_the_first_allows_needs_a_press_of_its_own()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = Trusting(folder);
                Assert.IsNull(machine.Befriend(6, Second, 30, true, 100));
                Assert.IsFalse(machine.Trusts(Second));
                Assert.IsTrue(machine.Press(200));
                Assert.IsTrue(machine.Trusts(Second));
                Assert.AreEqual(First, machine.Server);
                Assert.IsTrue(New(folder).Trusts(Second));
                Assert.AreEqual(BefriendResults.Rejected, machine.Befriend(7, "third", 30, true, 300));
            }
        }

        [TestMethod]
        public void While_one_server_asks_another_is_refused()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = New(folder);
                machine.Befriend(5, First, 30, false, 0);
                Assert.AreEqual(BefriendResults.Rejected, machine.Befriend(6, Second, 30, false, 1));
                Assert.AreEqual(NodeStates.Asked, machine.State);
                Assert.AreEqual(5, machine.AskedId);
            }
        }

        [TestMethod]
        public void A_server_without_provisioning_is_not_trusted_further()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = Trusting(folder);
                Assert.IsFalse(machine.Confirm(false));
                Assert.AreEqual(NodeStates.Factory, machine.State);
                Assert.AreEqual(NodeStates.Factory, New(folder).State);
            }
        }

        [TestMethod]
        public void The_owner_comes_and_goes()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = Trusting(folder);
                Assert.IsTrue(machine.SetOwner("olivia@edge.local"));
                Assert.IsFalse(machine.SetOwner("olivia@edge.local"));
                Assert.AreEqual(NodeStates.Owned, New(folder).State);
                Assert.IsTrue(machine.SetOwner(null));
                Assert.AreEqual(NodeStates.Trusted, machine.State);
            }
        }

        [TestMethod]
        public void A_node_that_trusts_nobody_has_no_owner()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = New(folder);
                Assert.IsFalse(machine.SetOwner("mallory@edge.local"));
                Assert.AreEqual(NodeStates.Factory, machine.State);
            }
        }

        [TestMethod]
        public void A_reset_forgets_all()
        {
            using (TestFolder folder = new TestFolder())
            {
                TrustMachine machine = Trusting(folder);
                machine.SetOwner("olivia@edge.local");
                machine.Reset();
                Assert.AreEqual(NodeStates.Factory, machine.State);
                Assert.AreEqual(NodeStates.Factory, New(folder).State);
            }
        }

        private static TrustMachine New(TestFolder folder)
        {
            return new TrustMachine(new TrustRecord(folder.Path));
        }

        private static TrustMachine Trusting(TestFolder folder)
        {
            TrustMachine machine = New(folder);
            machine.Befriend(1, First, 30, false, 0);
            machine.Press(10);
            return machine;
        }
    }
}

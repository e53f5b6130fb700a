using System.IO;
using nanoFramework.TestFramework;
using SensorNode.Provisioning;

namespace SensorNode.Tests.Provisioning
{
    [TestClass]
    internal sealed class DecisionCacheTests
    {
        [TestMethod]
        public void An_answer_is_found_again()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                cache.Add("a", true, new string[] { "temperature" }, 0);
                cache.Add("b", false, null, 0);
                Assert.AreEqual("temperature", cache.Find("a", 1).Names[0]);
                Assert.IsFalse(cache.Find("b", 1).Allowed);
                Assert.IsNull(cache.Find("c", 1));
            }
        }

        [TestMethod]
        public void The_least_recently_used_goes_first_when_it_is_full()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                for (int i = 0; i < DecisionCache.Capacity; i++) cache.Add("k" + i.ToString(), true, null, i);
                Assert.IsNotNull(cache.Find("k0", 100));
                cache.Add("new", true, null, 101);
                Assert.AreEqual(DecisionCache.Capacity, cache.Count);
                Assert.IsNotNull(cache.Find("k0", 102));
                Assert.IsNull(cache.Find("k1", 102));
            }
        }

        [TestMethod]
        public void What_nobody_used_for_a_day_is_asked_anew()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                cache.Add("a", true, null, 0);
                Assert.IsNotNull(cache.Find("a", DecisionCache.MaxIdle - 1));
                Assert.IsNotNull(cache.Find("a", (2 * DecisionCache.MaxIdle) - 2));
                Assert.IsNull(cache.Find("a", (4 * DecisionCache.MaxIdle) - 2));
            }
        }

        [TestMethod]
        public void It_survives_a_restart_in_its_order()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                for (int i = 0; i < DecisionCache.Capacity; i++) cache.Add("k" + i.ToString(), i % 2 == 0, new string[] { "\u00e4", "b" }, 0);
                cache.Find("k0", 5);
                cache.Flush(10);

                DecisionCache again = New(folder, 7000);
                Assert.AreEqual(DecisionCache.Capacity, again.Count);
                again.Add("new", true, null, 7001);
                Assert.AreEqual("\u00e4", again.Find("k0", 7002).Names[0]);
                Assert.IsNull(again.Find("k1", 7002));
                Assert.IsFalse(again.Find("k3", 7002).Allowed);
            }
        }

        [TestMethod]
        public void Idle_time_before_a_restart_counts()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                cache.Add("a", true, null, 0);
                cache.Flush(DecisionCache.MaxIdle / 2);
                Assert.IsNull(New(folder, 0).Find("a", DecisionCache.MaxIdle / 2));
                Assert.IsNotNull(New(folder, 0).Find("a", (DecisionCache.MaxIdle / 2) - 60000));
            }
        }

        [TestMethod]
        public void New_answers_are_written_in_batches()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                cache.Add("a", true, null, 0);
                cache.Add("b", true, null, 20000);
                cache.Tick(DecisionCache.WriteDelay - 1);
                Assert.AreEqual(0, New(folder, 0).Count);
                cache.Tick(DecisionCache.WriteDelay);
                Assert.AreEqual(2, New(folder, 0).Count);
                Assert.IsFalse(cache.IsDirty);
            }
        }

        [TestMethod]
        public void Use_alone_is_written_once_an_hour()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                cache.Add("a", true, null, 0);
                cache.Flush(0);
                string file = Path.Combine(folder.Path, "cache");
                File.Delete(file);
                for (int second = 1; second < 3600; second++)
                {
                    cache.Find("a", second * 1000L);
                    cache.Tick(second * 1000L);
                }

                Assert.IsFalse(File.Exists(file));
                cache.Tick(1000L + DecisionCache.TouchDelay);
                Assert.IsTrue(File.Exists(file));
            }
        }

        [TestMethod]
        public void A_damaged_file_is_discarded_whichever_byte_is_wrong()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                cache.Add("key-of-one", true, new string[] { "temperature" }, 0);
                cache.Flush(0);
                string file = Path.Combine(folder.Path, "cache");
                byte[] good = File.ReadAllBytes(file);
                for (int i = 0; i < good.Length; i++)
                {
                    byte[] bad = (byte[])good.Clone();
                    bad[i] ^= 0x10;
                    File.WriteAllBytes(file, bad);
                    Assert.AreEqual(0, New(folder, 0).Count);
                }
            }
        }

        [TestMethod]
        public void A_cut_file_is_discarded_wherever_it_is_cut()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                cache.Add("key-of-one", true, new string[] { "temperature" }, 0);
                cache.Flush(0);
                string file = Path.Combine(folder.Path, "cache");
                byte[] good = File.ReadAllBytes(file);
                for (int length = 0; length < good.Length; length++)
                {
                    byte[] cut = new byte[length];
                    for (int i = 0; i < length; i++) cut[i] = good[i];
                    File.WriteAllBytes(file, cut);
                    Assert.AreEqual(0, New(folder, 0).Count);
                }
            }
        }

        [TestMethod]
        public void A_clear_takes_effect_on_flash_at_once()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                cache.Add("a", true, null, 0);
                cache.Flush(0);
                Assert.IsTrue(cache.Clear());
                Assert.AreEqual(0, cache.Count);
                Assert.AreEqual(0, New(folder, 0).Count);
            }
        }

        [TestMethod]
        public void An_answer_too_long_to_keep_is_not_kept()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                cache.Add(new string('x', DecisionCache.MaxEntryBytes + 1), true, null, 0);
                Assert.AreEqual(0, cache.Count);
            }
        }

        [TestMethod]
        public void A_cache_full_of_the_longest_answers_fits_its_file()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                for (int i = 0; i < DecisionCache.Capacity; i++)
                {
                    string key = i.ToString().PadLeft(DecisionCache.MaxEntryBytes - 4, '0');
                    cache.Add(key, true, new string[] { "xx" }, 0);
                }

                cache.Flush(0);
                Assert.AreEqual(DecisionCache.Capacity, New(folder, 0).Count);
            }
        }

        [TestMethod]
        public void Only_what_begins_so_is_removed_and_on_flash_too()
        {
            using (TestFolder folder = new TestFolder())
            {
                DecisionCache cache = New(folder, 0);
                cache.Add("read a", true, null, 0);
                cache.Add("read b", true, null, 0);
                cache.RemoveStartingWith(new string[] { "read a", "other" }, 0);
                Assert.AreEqual(1, New(folder, 0).Count);
                Assert.IsNotNull(cache.Find("read b", 0));
            }
        }

        private static DecisionCache New(TestFolder folder, long now)
        {
            return new DecisionCache(new CacheFile(folder.Path), now);
        }
    }
}

using System.IO;
using System.Text;
using nanoFramework.TestFramework;
using SensorNode.Storage;

namespace SensorNode.Tests.Storage
{
    [TestClass]
    internal sealed class RecordFileTests
    {
        [TestMethod]
        public void The_checksum_is_the_one_of_zip()
        {
            byte[] digits = Encoding.UTF8.GetBytes("123456789");
            Assert.AreEqual(0xCBF43926L, (long)Crc32.Of(digits, 0, digits.Length));
        }

        [TestMethod]
        public void Content_is_replaced_as_a_whole()
        {
            using (TestFolder folder = new TestFolder())
            {
                RecordFile file = new RecordFile(folder.Path, "x");
                Assert.IsNull(file.Read());
                Assert.IsTrue(file.Write(new byte[] { 1, 2, 3 }));
                Assert.IsTrue(file.Write(new byte[] { 4 }));
                Assert.AreEqual(1, file.Read().Length);
                Assert.AreEqual(4, (int)file.Read()[0]);
                Assert.IsFalse(File.Exists(Path.Combine(folder.Path, "x.new")));
            }
        }

        [TestMethod]
        public void A_power_cut_between_removing_the_old_and_placing_the_new_loses_nothing()
        {
            using (TestFolder folder = new TestFolder())
            {
                RecordFile file = new RecordFile(folder.Path, "x");
                file.Write(new byte[] { 9 });
                File.Move(Path.Combine(folder.Path, "x"), Path.Combine(folder.Path, "x.new"));
                Assert.AreEqual(9, (int)file.Read()[0]);
                Assert.IsTrue(file.Write(new byte[] { 10 }));
                Assert.AreEqual(10, (int)file.Read()[0]);
            }
        }

        [TestMethod]
        public void A_half_written_new_file_does_not_hide_the_old_one()
        {
            using (TestFolder folder = new TestFolder())
            {
                RecordFile file = new RecordFile(folder.Path, "x");
                file.Write(new byte[] { 9 });
                File.WriteAllBytes(Path.Combine(folder.Path, "x.new"), new byte[] { (byte)'E', 1, 0 });
                Assert.AreEqual(9, (int)file.Read()[0]);
            }
        }

        [TestMethod]
        public void A_storage_that_fails_is_told_not_thrown()
        {
            using (TestFolder folder = new TestFolder())
            {
                RecordFile file = new RecordFile(Path.Combine(folder.Path, "missing"), "x");
                Assert.IsFalse(file.Write(new byte[] { 1 }));
                Assert.IsNull(file.Read());
                Assert.IsFalse(new RecordFile(folder.Path, "y").Write(new byte[RecordFile.MaxBytes + 1]));
            }
        }
    }
}

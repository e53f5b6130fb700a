namespace Edge.Tests.Firmware;

/// <summary>The check can fail: each of these is refused, with the words that help.</summary>
public sealed class DeviceRulesTests
{
    [Theory]
    [InlineData("string.Join(\",\", new string[0])", "CS0117 'string' does not contain a definition for 'Join'")]
    [InlineData("\"a\".Replace(\"a\", \"b\")", "CS1061 'string' does not contain a definition for 'Replace'")]
    [InlineData("char.IsDigit('1')", "CS0117 'char' does not contain a definition for 'IsDigit'")]
    [InlineData("System.DateTime.Now", "CS0117 'DateTime' does not contain a definition for 'Now'")]
    [InlineData("new System.Collections.Generic.List<int>()", "CS0234 The type or namespace name 'Generic' does not exist in the namespace 'System.Collections'")]
    [InlineData("System.Text.Encoding.ASCII", "CS0117 'Encoding' does not contain a definition for 'ASCII'")]
    [InlineData("System.Text.Encoding.UTF8.GetString(new byte[1])", "CS7036 There is no argument given that corresponds to the required parameter 'index'")]
    [InlineData("(int?)1", "CS0518 Predefined type 'System.Nullable`1' is not defined or imported")]
    [InlineData("new nanoFramework.M2Mqtt.MqttClient(\"host\", 1883)", "CS7036 There is no argument given that corresponds to the required parameter 'secure'")]
    [InlineData("\"a\"[^1]", "CS0518 Predefined type 'System.Index' is not defined or imported")]
    public void What_the_device_does_not_have_does_not_compile(string expression, string complaint)
    {
        var (image, complaints) = FirmwareCompiler.Compile($"class C {{ object M() {{ return {expression}; }} }}");
        Assert.Null(image);
        Assert.Contains(complaints, c => c.Contains(complaint, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("namespace A; class C { }", "CS8773 Feature 'file-scoped namespace' is not available in C# 9.0. Please use language version 10.0 or greater.")]
    [InlineData("class C { required public int X; }", "CS8773 Feature 'required members' is not available in C# 9.0. Please use language version 11.0 or greater.")]
    [InlineData("class C { string M() { return \"\"\"raw\"\"\"; } }", "CS8773 Feature 'raw string literals' is not available in C# 9.0. Please use language version 11.0 or greater.")]
    public void Newer_language_does_not_compile(string text, string complaint) =>
        Assert.Contains(FirmwareCompiler.Compile(text).Complaints, c => c.Contains(complaint, StringComparison.Ordinal));

    [Theory]
    [InlineData("class C<T> { }", "a generic type of our own crashes at load")]
    [InlineData("class C { T M<T>(T x) { return x; } }", "a generic method gives wrong results")]
    [InlineData("class C { T M<T>(T x) { return x; } int N() { return M(1); } }", "C::N(): a call of a generic method gives wrong results")]
    [InlineData("class C { System.Action<int> A; }", "Action`1 of something crashes at load")]
    [InlineData("class C { void M() { System.Func<int> f = () => 1; f(); } }", "Func`1 of something crashes at load")]
    [InlineData("class C { event System.EventHandler<System.EventArgs> E; void M() { E(null, null); } }", "EventHandler`1 of something crashes at load")]
    [InlineData("class C { int[,] A = new int[1, 1]; }", "an array of several dimensions crashes")]
    [InlineData("class C { object M() { return new int[2, 2]; } }", "an array of several dimensions crashes")]
    [InlineData("class C { unsafe int M() { int* p = stackalloc int[4]; return p[0]; } }", "stackalloc throws")]
    [InlineData("class C { unsafe int M(int[] a) { fixed (int* p = a) return p[0]; } }", "fixed and pointers are refused by the metadata processor")]
    [InlineData("enum E { A } class C { string M(E e) { return e.ToString(); } }", "E.ToString() gives the number")]
    [InlineData("enum E { A } class C { string M(E e) { return \"x\" + e; } }", "E.ToString() gives the number")]
    [InlineData("enum E { A } class C { string M(E e) { return $\"{e} and {1:F2}\"; } }", "E is boxed: as text it is a number")]
    [InlineData("class C { string M(double d) { return d.ToString(\"0.00\"); } }", "the format \"0.00\" is wrong on the device: use a standard one such as F2")]
    [InlineData("class C { string M(double d) { return $\"{d:#.0} V\"; } }", "the format \"#.0\" is wrong on the device: use a standard one such as F2")]
    [InlineData("class C { int M(int a) { return checked(a + 1); } }", "checked is ignored")]
    public void What_compiles_and_fails_on_the_device_is_found(string text, string complaint)
    {
        // A field that nothing sets is of no interest here.
        var (image, complaints) = FirmwareCompiler.Compile("#pragma warning disable CS0649, CS0169, CS0067, CS0414\n" + text);
        Assert.Empty(complaints);
        Assert.Contains(DeviceRules.Check(image!), c => c.Contains(complaint, StringComparison.Ordinal));
    }

    [Fact]
    public void A_default_method_of_an_interface_does_not_get_through()
    {
        var (image, complaints) = FirmwareCompiler.Compile("interface I { int M() { return 1; } }");
        var found = image is null ? complaints : DeviceRules.Check(image);
        Assert.Contains(found, c => c.Contains("default", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("class C { string M(double d) { return d.ToString(\"F2\") + $\"{d:F1} {1:X2}\"; } }")]
    [InlineData("class C { int M(object o) { return o switch { string s => s.Length, int i => i, _ => 0 }; } }")]
    [InlineData("class C { int _x; void M() { System.Threading.ThreadStart f = () => _x++; f(); lock (this) { _x--; } } }")]
    [InlineData("class C { public int P { get; init; } int M(string s) { foreach (char c in s) if (c == 'a') return 1; return 0; } }")]
    [InlineData("class C { int M(string s) { switch (s) { case \"a\": return 1; case \"b\": return 2; case \"c\": return 3; case \"d\": return 4; case \"e\": return 5; case \"f\": return 6; case \"g\": return 7; default: return 0; } } }")]
    public void What_works_on_the_device_is_let_through(string text)
    {
        var (image, complaints) = FirmwareCompiler.Compile(text);
        Assert.Empty(complaints);
        Assert.Empty(DeviceRules.Check(image!));
    }
}

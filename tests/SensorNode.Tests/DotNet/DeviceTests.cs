#nullable enable
using System.Reflection;

using nanoFramework.TestFramework;

using Xunit;

namespace SensorNode.Tests.DotNet;

/// <summary>Runs every [TestMethod] of every [TestClass], as nanoFramework's runner does on a device: one instance per class and test.</summary>
public sealed class DeviceTests
{
    public static TheoryData<string> Names => [.. Methods().Select(Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Device_test(string name)
    {
        var method = Methods().Single(m => Name(m) == name);
        var test = Activator.CreateInstance(method.DeclaringType!, nonPublic: true);
        method.Invoke(test, BindingFlags.DoNotWrapExceptions, null, null, null);
    }

    [Fact]
    public void Every_test_method_can_be_run()
    {
        Xunit.Assert.NotEmpty(Methods());
        Xunit.Assert.All(Methods(), m => Xunit.Assert.True(m.IsPublic && m.GetParameters().Length == 0 && m.ReturnType == typeof(void), Name(m)));
    }

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    private static List<MethodInfo> Methods() =>
    [
        .. typeof(DeviceTests).Assembly.GetTypes()
            .Where(t => t.GetCustomAttribute<TestClassAttribute>() is not null)
            .SelectMany(t => t.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(m => m.GetCustomAttribute<TestMethodAttribute>() is not null),
    ];
}

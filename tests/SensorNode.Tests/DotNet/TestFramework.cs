#nullable enable
using System.Runtime.CompilerServices;

// A thin stand-in with the names and signatures that these tests use of nanoFramework.TestFramework 3.0.80.
namespace nanoFramework.TestFramework;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class TestClassAttribute : Attribute;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class TestMethodAttribute : Attribute;

internal static class Assert
{
    public static void AreEqual(int expected, int actual, [CallerArgumentExpression(nameof(actual))] string message = "") =>
        Check(expected == actual, $"{message} is {actual}, not {expected}");

    public static void AreEqual(long expected, long actual, [CallerArgumentExpression(nameof(actual))] string message = "") =>
        Check(expected == actual, $"{message} is {actual}, not {expected}");

    public static void AreEqual(string? expected, string? actual, [CallerArgumentExpression(nameof(actual))] string message = "") =>
        Check(expected == actual, $"{message} is \"{actual}\", not \"{expected}\"");

    public static void IsTrue(bool condition, [CallerArgumentExpression(nameof(condition))] string message = "") => Check(condition, $"not: {message}");

    public static void IsFalse(bool condition, [CallerArgumentExpression(nameof(condition))] string message = "") => Check(!condition, $"but: {message}");

    public static void IsNull(object? value, [CallerArgumentExpression(nameof(value))] string message = "") => Check(value is null, $"{message} is {value}");

    public static void IsNotNull(object? value, [CallerArgumentExpression(nameof(value))] string message = "") =>
        Check(value is not null, $"{message} is null");

    private static void Check(bool holds, string text)
    {
        if (!holds) Xunit.Assert.Fail(text);
    }
}

using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

using Edge.Gateway.Configuration;

using Microsoft.Extensions.Options;

namespace Edge.Tests.Gateway;

/// <summary>Every number of the sections that a protocol server reads has a range: what is outside it is refused by an error that names the key, the value,
/// and the range, which is the one that holds.</summary>
public sealed partial class LimitTests
{
    // What these ask for depends on other settings; each has its own test.
    private static readonly string[] Relative = ["xmpp:idleSeconds", "mqtt:outboxMessages", "mqtt:nodeProtocol:maxUntrustedNodes"];

    public static TheoryData<string> Keys { get; } = [.. ConfigurationMap.All.Where(s => IsOf("xmpp", s.Key) || IsOf("mqtt", s.Key) || IsOf("identity", s.Key))
        .SelectMany(s => Numbers(s.Value).Select(path => $"{s.Key}:{path}")).Except(Relative)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_limit_has_a_range_and_what_is_outside_is_refused_with_its_key_and_value(string key)
    {
        var error = Assert.Single(Errors(key, long.MinValue));
        var range = RangeText().Match(error);
        Assert.True(range.Success, error);
        var least = error.Contains(", or 0 ", StringComparison.Ordinal) ? 0 : long.Parse(range.Groups["least"].Value, CultureInfo.InvariantCulture);
        var most = long.Parse(range.Groups["most"].Value, CultureInfo.InvariantCulture);

        Assert.Empty(Errors(key, least));
        Assert.Empty(Errors(key, most));
        Assert.StartsWith($"{key} is {least - 1}: give ", Assert.Single(Errors(key, least - 1)), StringComparison.Ordinal);
        if (most < int.MaxValue) Assert.StartsWith($"{key} is {most + 1}: give ", Assert.Single(Errors(key, most + 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_such_keys()
    {
        var keys = Keys.Select(k => k.Data).ToList();
        foreach (var key in (string[])["xmpp:rates:burstBytes", "xmpp:connections:perAddress", "xmpp:roster:maxItems", "identity:registration:maxKeys", "mqtt:maxInFlight"])
            Assert.Contains(key, keys);
    }

    private static bool IsOf(string section, string path) => path == section || path.StartsWith(section + ":", StringComparison.Ordinal);

    /// <summary>The paths of the numbers of a class, those of the classes that it is made of included.</summary>
    private static IEnumerable<string> Numbers(Type type) => typeof(IEnumerable).IsAssignableFrom(type) ? [] : type.GetProperties().SelectMany(p =>
    {
        var name = ConfigurationMap.CamelCase(p.Name);
        if (p.PropertyType == typeof(int) || p.PropertyType == typeof(long)) return [name];
        var isPart = p.PropertyType.Namespace!.StartsWith("Edge.", StringComparison.Ordinal) && p.PropertyType.IsClass;
        return isPart ? Numbers(p.PropertyType).Select(n => $"{name}:{n}") : [];
    });

    private static IEnumerable<string> Errors(string key, long value)
    {
        var (section, type) = ConfigurationMap.All.Where(s => IsOf(s.Key, key)).MaxBy(s => s.Key.Length);
        var options = Activator.CreateInstance(type)!;
        Set(options, key[(section.Length + 1)..].Split(':'), value);
        var validates = typeof(IValidateOptions<>).MakeGenericType(type);
        var validator = Activator.CreateInstance(type.Assembly.GetTypes().Single(validates.IsAssignableFrom))!;
        var result = (ValidateOptionsResult)validates.GetMethod("Validate")!.Invoke(validator, [null, options])!;
        return (result.Failures ?? []).Where(f => f.StartsWith($"{key} is ", StringComparison.Ordinal));
    }

    private static void Set(object target, string[] path, long value)
    {
        var property = target.GetType().GetProperty(path[0], BindingFlags.IgnoreCase | BindingFlags.Instance | BindingFlags.Public)!;
        if (path.Length > 1) Set(property.GetValue(target)!, path[1..], value);
        else if (property.PropertyType == typeof(int)) property.SetValue(target, (int)Math.Max(value, int.MinValue));
        else property.SetValue(target, value);
    }

    [GeneratedRegex(@": give (?<least>\d+)( \([^)]*\))? to (?<most>\d+)")]
    private static partial Regex RangeText();
}

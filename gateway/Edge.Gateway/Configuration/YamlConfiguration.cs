using System.Globalization;

using Microsoft.Extensions.Configuration;

using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Edge.Gateway.Configuration;

/// <summary>Reads a YAML file into configuration keys: maps become <c>a:b</c>, list entries <c>a:0</c>.</summary>
internal static class YamlConfiguration
{
    /// <summary>Adds the file; what it says wins over what was added before.</summary>
    /// <exception cref="ConfigurationException">The file is not there, or is not YAML.</exception>
    public static IConfigurationBuilder AddYaml(this IConfigurationBuilder builder, string path) =>
        builder.AddInMemoryCollection(Read(path));

    /// <summary>The keys and values of the file.</summary>
    public static IReadOnlyDictionary<string, string?> Read(string path)
    {
        if (!File.Exists(path))
            throw new ConfigurationException([$"{path}: there is no such file. Give the path of a configuration file, or leave --config out for the defaults."]);

        var keys = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        try
        {
            using var reader = File.OpenText(path);
            var stream = new YamlStream();
            stream.Load(reader);
            if (stream.Documents.Count > 0) Flatten("", stream.Documents[0].RootNode, keys);
        }
        catch (YamlException error)
        {
            throw new ConfigurationException([$"{path}:{error.Start.Line}: not YAML: {error.Message} Check indentation and quotes there."]);
        }

        return keys;
    }

    private static void Flatten(string path, YamlNode node, Dictionary<string, string?> keys)
    {
        switch (node)
        {
            case YamlMappingNode map:
                foreach (var (key, value) in map.Children) Flatten(Join(path, ((YamlScalarNode)key).Value ?? ""), value, keys);
                break;
            case YamlSequenceNode list:
                for (var i = 0; i < list.Children.Count; i++) Flatten(Join(path, i.ToString(CultureInfo.InvariantCulture)), list.Children[i], keys);
                break;
            case YamlScalarNode { Value: not null } scalar when path.Length > 0 && !IsNull(scalar):
                keys[path] = scalar.Value;
                break;
        }
    }

    // An empty value or ~ means "not said", so that a key may stand there commented by its emptiness.
    private static bool IsNull(YamlScalarNode scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}:{key}";
}

using Edge.FieldBus.Modbus.Links;
using Edge.FieldBus.Modbus.Points;
using Edge.FieldBus.Modbus.Wire;

using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Edge.FieldBus.Modbus.Definitions;

/// <summary>Reads one definition file: a node, a list of nodes, or a list under <c>nodes</c>. The vocabulary is that of Home Assistant's Modbus
/// integration where it fits.</summary>
internal static class NodeFile
{
    // Of Home Assistant and its older versions; what they asked for is done here anyhow.
    private static readonly string[] Ignored = ["type", "delay", "retries", "retry_on_empty", "close_comm_on_error"];

    private static readonly Dictionary<string, ModbusTable> Tables = new()
    {
        ["coil"] = ModbusTable.Coil,
        ["discrete_input"] = ModbusTable.DiscreteInput,
        ["input"] = ModbusTable.Input,
        ["holding"] = ModbusTable.Holding,
    };

    /// <summary>The nodes of a file; what is wrong goes to <paramref name="errors"/>.</summary>
    public static IReadOnlyList<ModbusNodeDefinition> Read(string file, string text, ICollection<string> errors)
    {
        var problems = new FileErrors(file, errors);
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return [.. Maps(stream, problems).Select(map => Node(map, Path.GetFileNameWithoutExtension(file))).OfType<ModbusNodeDefinition>()];
        }
        catch (YamlException e)
        {
            problems.Add(e.Start.Line, $"This is not YAML: {e.Message}");
            return [];
        }
    }

    private static IEnumerable<YamlMap> Maps(YamlStream stream, FileErrors errors)
    {
        foreach (var document in stream.Documents)
        {
            switch (document.RootNode)
            {
                case YamlMappingNode map when map.Children.ContainsKey(new YamlScalarNode("nodes")):
                    var top = new YamlMap(map, errors);
                    foreach (var node in top.Maps("nodes")) yield return node;
                    top.RefuseOthers();
                    break;
                case YamlMappingNode map:
                    yield return new(map, errors);
                    break;
                case YamlSequenceNode list:
                    foreach (var entry in list)
                    {
                        if (entry is YamlMappingNode map) yield return new(map, errors);
                        else errors.Add(entry, "An entry of a list of nodes takes keys with values, such as name: Meter.");
                    }

                    break;
                default:
                    errors.Add(document.RootNode, "A file holds a node, or a list of nodes.");
                    break;
            }
        }
    }

    private static ModbusNodeDefinition? Node(YamlMap map, string fileName)
    {
        var name = map.Text("name", isRequired: true, maxLength: 64);
        var id = Id(map, fileName);
        var host = map.Text("host", isRequired: true);
        var definition = new ModbusNodeDefinition(
            id ?? "", name ?? "", new(host ?? "", map.Whole("port", 1, 65_535) ?? 502), (byte)(map.Whole(map.AnyOf("device_address", "slave"), 0, 255) ?? 1))
        {
            Manufacturer = map.Text("manufacturer"),
            Model = map.Text("model"),
            SerialNumber = map.Text("serial_number"),
            Interval = map.Seconds("scan_interval", 0.1, 86_400) ?? TimeSpan.FromSeconds(15),
            Timeout = map.Seconds("timeout", 0.05, 60) ?? TimeSpan.FromSeconds(1),
            Link = Link(map),
            Limits = Limits(map),
            Fields = [.. map.Maps("fields").Select(PointReader.Field).OfType<ModbusPoint>()],
            Parameters = [.. map.Maps("parameters").Select(PointReader.Parameter).OfType<ModbusParameter>()],
        };
        map.RefuseOthers(Ignored);
        Check(map, definition);
        return id is null || name is null || host is null ? null : definition;
    }

    private static string? Id(YamlMap map, string fileName)
    {
        var id = map.Text("id", maxLength: 64) ?? fileName;
        if (id.Length is > 0 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) return id;

        map.Errors.Add(map.Node, $"id is '{id}': give 1 to 64 letters, digits, dots, dashes or underscores.");
        return null;
    }

    private static LinkOptions Link(YamlMap map) => new()
    {
        MaxOutstanding = map.Whole("max_outstanding", 1, 16) ?? 1,
        Rest = TimeSpan.FromMilliseconds(map.Whole("message_wait_milliseconds", 0, 60_000) ?? 0),
    };

    private static ReadLimits Limits(YamlMap map)
    {
        var holes = new List<Hole>();
        foreach (var hole in map.Maps("holes"))
        {
            var table = hole.Choice("input_type", Tables) ?? ModbusTable.Holding;
            var (from, to) = (hole.Whole("from", 0, 0xFFFF), hole.Whole("to", 0, 0xFFFF));
            hole.RefuseOthers();
            if (from is null || to is null || from > to) hole.Errors.Add(hole.Node, "A hole needs from and to, both included, from not above to.");
            else holes.Add(new(table, from.Value, to.Value));
        }

        return new()
        {
            MaxRegisters = map.Whole("max_registers", 1, ModbusCodes.MaxRegisters) ?? ModbusCodes.MaxRegisters,
            MaxBits = map.Whole("max_bits", 1, ModbusCodes.MaxBits) ?? ModbusCodes.MaxBits,
            MaxGap = map.Whole("max_gap", 0, ModbusCodes.MaxRegisters) ?? 8,
            Holes = holes,
        };
    }

    private static void Check(YamlMap map, ModbusNodeDefinition node)
    {
        if (node.Fields.Count + node.Parameters.Count == 0 && !map.Has("fields") && !map.Has("parameters"))
            map.Errors.Add(map.Node, "A node needs fields to read, or parameters to set.");

        foreach (var twice in node.Fields.GroupBy(f => f.Name).Concat(node.Parameters.Select(p => p.Point).GroupBy(p => p.Name)).Where(g => g.Count() > 1))
            map.Errors.Add(map.Node, $"{twice.Key} is there {twice.Count()} times: give each another name.");

        foreach (var point in node.Fields.Concat(node.Parameters.Select(p => p.Point)))
        {
            if (!point.Table.IsBits() && point.Count > node.Limits.MaxRegisters)
                map.Errors.Add(map.Node, $"{point.Name} takes {point.Count} registers, more than max_registers ({node.Limits.MaxRegisters}).");
            if (node.Limits.Holes.FirstOrDefault(h => h.Table == point.Table && h.From < point.End && h.To >= point.Address) is { } hole)
                map.Errors.Add(map.Node, $"{point.Name} lies in the hole from {hole.From} to {hole.To}.");
        }
    }
}

namespace Edge.FieldBus.Modbus.Definitions;

/// <summary>Reads every definition file of the configured folder.</summary>
internal static class ModbusDefinitions
{
    /// <summary>The node id of the built-in simulated meter.</summary>
    public const string SimulatedMeterId = "meter-1";

    /// <summary>The nodes, and everything that is wrong with them.</summary>
    public static (IReadOnlyList<ModbusNodeDefinition> Nodes, IReadOnlyList<string> Errors) Load(ModbusOptions options)
    {
        if (string.IsNullOrEmpty(options.Nodes)) return ([], []);
        if (!Directory.Exists(options.Nodes))
            return ([], [$"fieldbus:modbus:nodes is '{options.Nodes}', and there is no such folder: make it, or leave the key empty."]);

        var errors = new List<string>();
        var nodes = new List<(string File, ModbusNodeDefinition Node)>();
        foreach (var file in Directory.EnumerateFiles(options.Nodes).Where(IsYaml).Order(StringComparer.Ordinal))
        {
            if (Read(file, options, errors) is { } text) nodes.AddRange(NodeFile.Read(file, text, errors).Select(n => (file, n)));
        }

        Check(nodes, options, errors);
        return ([.. nodes.Select(n => n.Node)], errors);
    }

    private static bool IsYaml(string file) => Path.GetExtension(file).ToLowerInvariant() is ".yaml" or ".yml";

    private static string? Read(string file, ModbusOptions options, List<string> errors)
    {
        try
        {
            if (new FileInfo(file).Length <= options.MaxFileBytes) return File.ReadAllText(file);

            errors.Add($"{file}: longer than {options.MaxFileBytes} bytes: split it, or raise fieldbus:modbus:maxFileBytes.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{file}: cannot be read: {e.Message}");
        }

        return null;
    }

    private static void Check(List<(string File, ModbusNodeDefinition Node)> nodes, ModbusOptions options, List<string> errors)
    {
        if (nodes.Count > options.MaxNodes)
            errors.Add($"{options.Nodes}: {nodes.Count} nodes are more than fieldbus:modbus:maxNodes ({options.MaxNodes}) allows: raise it.");

        foreach (var (file, node) in nodes)
        {
            if (node.Fields.Count > options.MaxPointsPerNode || node.Parameters.Count > options.MaxPointsPerNode)
                errors.Add($"{file}: {node.Id} has more fields or parameters than fieldbus:modbus:maxPointsPerNode ({options.MaxPointsPerNode}) allows: raise it.");
            if (options.SimulatedMeter.IsEnabled && node.Id == SimulatedMeterId)
                errors.Add($"{file}: {SimulatedMeterId} is the id of the simulated meter: give another id, or switch the meter off.");
        }

        foreach (var same in nodes.GroupBy(n => n.Node.Id, StringComparer.Ordinal).Where(g => g.Count() > 1))
            errors.Add($"{same.Last().File}: the id {same.Key} is used {same.Count()} times: give each node its own.");

        foreach (var shared in nodes.GroupBy(n => n.Node.Endpoint).Where(g => g.Select(n => n.Node.Link).Distinct().Count() > 1))
            errors.Add($"{shared.Last().File}: the nodes at {shared.Key} share a connection: give them the same max_outstanding and message_wait_milliseconds.");
    }
}

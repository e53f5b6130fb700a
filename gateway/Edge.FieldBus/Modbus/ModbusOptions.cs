using Edge.FieldBus.Modbus.Definitions;

using Microsoft.Extensions.Options;

namespace Edge.FieldBus.Modbus;

/// <summary>Section <c>fieldbus:modbus</c>.</summary>
public sealed class ModbusOptions
{
    /// <summary>Folder of node definitions (*.yaml, *.yml); empty for none. A relative path starts at the working folder.</summary>
    public string Nodes { get; set; } = "";

    /// <summary>Most nodes over all files. Each polls by itself.</summary>
    public int MaxNodes { get; set; } = 256;

    /// <summary>Most fields, and most parameters, of one node.</summary>
    public int MaxPointsPerNode { get; set; } = 256;

    /// <summary>Longest definition file in bytes. 256 KiB hold some 1 500 fields.</summary>
    public int MaxFileBytes { get; set; } = 256 * 1024;

    /// <summary>Most requests that wait for one connection; one more is answered with "busy" instead of waiting without end.</summary>
    public int MaxWaitingRequests { get; set; } = 256;

    /// <summary>The built-in energy meter to try things with.</summary>
    public SimulatedMeterOptions SimulatedMeter { get; set; } = new();
}

/// <summary>Section <c>fieldbus:modbus:simulatedMeter</c>.</summary>
public sealed class SimulatedMeterOptions
{
    /// <summary>Key <c>isEnabled</c>: runs the simulated meter and polls it like a real one.</summary>
    public bool IsEnabled { get; set; }

    /// <summary>Its port on loopback; 0 takes a free one.</summary>
    public int Port { get; set; }
}

/// <summary>Finds everything that is wrong in the section and in the definition files, each with its place and remedy.</summary>
internal sealed class ModbusOptionsValidator : IValidateOptions<ModbusOptions>
{
    public ValidateOptionsResult Validate(string? name, ModbusOptions options)
    {
        var errors = new List<string>();
        Range("maxNodes", options.MaxNodes, 1, 10_000);
        Range("maxPointsPerNode", options.MaxPointsPerNode, 1, 10_000);
        Range("maxFileBytes", options.MaxFileBytes, 1_024, 16 * 1024 * 1024);
        Range("maxWaitingRequests", options.MaxWaitingRequests, 1, 100_000);
        Range("simulatedMeter:port", options.SimulatedMeter.Port, 0, 65_535);
        if (errors.Count == 0) errors.AddRange(ModbusDefinitions.Load(options).Errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Range(string key, int value, int min, int max)
        {
            if (value < min || value > max) errors.Add($"fieldbus:modbus:{key} is {value}: give {min} to {max}.");
        }
    }
}

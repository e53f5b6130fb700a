using Edge.FieldBus.Modbus.Definitions;
using Edge.FieldBus.Modbus.Links;
using Edge.FieldBus.Modbus.Points;
using Edge.FieldBus.Modbus.Wire;
using Edge.Things.Control;
using Edge.Things.Nodes;
using Edge.Things.Readings;

namespace Edge.FieldBus.Modbus.Nodes;

/// <summary>Sets parameters of one unit: every value is checked before the first is written.</summary>
internal sealed class UnitWriter(ModbusNodeDefinition definition, ModbusLink link, TimeProvider clock)
{
    /// <summary>Writes the values in their order; stops at the first that fails and says which were set.</summary>
    public async Task<NodeControlResult> WriteAsync(IReadOnlyList<ParameterValue> values, CancellationToken cancel)
    {
        var requests = new List<(ModbusParameter Parameter, FieldValue Value, byte[] Request)>();
        foreach (var (name, value) in values)
        {
            if (definition.Parameters.FirstOrDefault(p => p.Point.Name == name) is not { } parameter)
                return new(NodeOutcome.NotFound, [], name, $"There is no parameter {name}.");
            if (PointEncoder.Encode(parameter, value, out var why) is not { } request) return new(NodeOutcome.BadValue, [], name, why);
            requests.Add((parameter, value, request));
        }

        var done = new List<string>();
        foreach (var (parameter, value, request) in requests)
        {
            var reply = await link.SendAsync(definition.Unit, request, definition.Timeout, cancel).ConfigureAwait(false);
            if (!reply.IsOk) return Fail(reply, done, parameter);
            if (parameter.IsVerified && await VerifyAsync(parameter, value, cancel).ConfigureAwait(false) is { } failure)
                return failure with { Done = done, Parameter = parameter.Point.Name };
            done.Add(parameter.Point.Name);
        }

        return new(NodeOutcome.Ok, done);
    }

    private static NodeControlResult Fail(ModbusReply reply, IReadOnlyList<string> done, ModbusParameter parameter)
    {
        var outcome = reply.Kind switch
        {
            ReplyKind.Refused when reply.Exception == ModbusException.IllegalDataValue => NodeOutcome.BadValue,
            ReplyKind.Silent or ReplyKind.Unreachable => NodeOutcome.Unreachable,
            _ => NodeOutcome.Failed,
        };
        return new(outcome, done, parameter.Point.Name, reply.Text);
    }

    /// <summary>Null where the device holds the value now.</summary>
    private async Task<NodeControlResult?> VerifyAsync(ModbusParameter parameter, FieldValue value, CancellationToken cancel)
    {
        var point = parameter.Point;
        var reply = await link.SendAsync(
            definition.Unit, ModbusPdu.Read(point.Table, point.Address, point.Count), definition.Timeout, cancel).ConfigureAwait(false);
        if (!reply.IsOk) return Fail(reply, [], parameter) with { Text = $"Written, but not to be read back: {reply.Text}" };

        var reading = PointDecoder.Decode(point, point.Address, reply.Data.Span, clock.GetUtcNow());
        return IsSame(point, reading.Value, value)
            ? null
            : new(NodeOutcome.Failed, [], point.Name, $"The device took the request for {point.Name}, but keeps {reading.Value?.ToString() ?? "no value"}.");
    }

    /// <summary>The same in the device's own resolution: a step of the scale, or seven digits of a float.</summary>
    private static bool IsSame(ModbusPoint point, FieldValue? read, FieldValue written)
    {
        if (read is not { } value) return false;
        if (value.Kind is not (ValueKind.Number or ValueKind.Integer)) return value.ToString() == written.ToString();

        var step = point.Type is DataType.Float32 or DataType.Float64 ? 0 : Math.Abs(point.Scale) / 2;
        var rounding = point.Decimals >= 0 ? Math.Pow(10, -point.Decimals) / 2 : 0;
        return Math.Abs(value.AsNumber - written.AsNumber) <= step + rounding + Math.Abs(written.AsNumber) * 1e-6;
    }
}

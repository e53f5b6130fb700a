using Edge.FieldBus.Modbus;
using Edge.FieldBus.Modbus.Definitions;
using Edge.FieldBus.Modbus.Points;
using Edge.FieldBus.Modbus.Wire;
using Edge.TestKit;
using Edge.Things.Readings;

namespace Edge.Tests.FieldBus.Modbus.Definitions;

public sealed class NodeFileTests
{
    [Fact]
    public void A_node_with_everything()
    {
        var node = Assert.Single(Read("""
            name: Boiler
            id: boiler
            host: 10.0.0.7
            port: 1502
            slave: 0x11
            manufacturer: Example
            model: B1
            serial_number: "007"
            scan_interval: 2.5
            timeout: 0.5
            max_outstanding: 2
            message_wait_milliseconds: 20
            max_registers: 60
            max_gap: 0
            holes:
              - { input_type: input, from: 3, to: 9 }
            fields:
              - { name: flow, address: 10, input_type: input, data_type: int16, scale: 0.1, unit_of_measurement: l/min, min_value: 0, max_value: 50, scan_interval: 60 }
              - { name: serial, register: 40101, data_type: string, count: 8, swap: byte, category: identity, unique_id: x }
              - { name: alarm, address: 0x20, data_type: bool, bit: 3, category: status }
            parameters:
              - { name: pump, address: 3, write_type: coils, verify: no, description: Circulation }
            """));

        Assert.Equal(("boiler", "Boiler", "10.0.0.7:1502", 0x11, "007"), (node.Id, node.Name, node.Endpoint.ToString(), node.Unit, node.SerialNumber));
        Assert.Equal((2.5, 0.5), (node.Interval.TotalSeconds, node.Timeout.TotalSeconds));
        Assert.Equal((2, 20), (node.Link.MaxOutstanding, node.Link.Rest.TotalMilliseconds));
        Assert.Equal((60, 0), (node.Limits.MaxRegisters, node.Limits.MaxGap));
        Assert.Equal(new Hole(ModbusTable.Input, 3, 9), Assert.Single(node.Limits.Holes));
        Assert.Equal(
            [
                new("flow", ModbusTable.Input, 10, DataType.Int16) { Scale = 0.1, Decimals = 1, Unit = "l/min", Min = 0, Max = 50, Interval = TimeSpan.FromMinutes(1) },
                new("serial", ModbusTable.Holding, 100, DataType.String) { Count = 8, Swap = Swap.Byte, Category = FieldCategories.Identity },
                new("alarm", ModbusTable.Holding, 0x20, DataType.Bool) { Bit = 3, Category = FieldCategories.Status },
            ],
            node.Fields);
        Assert.Equal(
            new ModbusParameter(new("pump", ModbusTable.Coil, 3, DataType.Bool)) { WritesMultiple = true, IsVerified = false, Description = "Circulation" },
            Assert.Single(node.Parameters));
    }

    [Fact]
    public void The_id_comes_from_the_file_and_the_rest_has_defaults()
    {
        var node = Assert.Single(Read("{ name: Meter, host: meter, fields: [ { name: a, address: 1 } ] }"));

        Assert.Equal(("test", 502, (byte)1, 15.0), (node.Id, node.Endpoint.Port, node.Unit, node.Interval.TotalSeconds));
        Assert.Equal(new ModbusPoint("a", ModbusTable.Holding, 1, DataType.Int16), Assert.Single(node.Fields));
    }

    [Theory]
    [InlineData("nodes:\n- {id: a, name: A, host: h, fields: [{name: x, address: 1}]}\n- {id: b, name: B, host: h, fields: [{name: x, address: 1}]}")]
    [InlineData("- {id: a, name: A, host: h, fields: [{name: x, address: 1}]}\n- {id: b, name: B, host: h, fields: [{name: x, address: 1}]}")]
    [InlineData("{id: a, name: A, host: h, fields: [{name: x, address: 1}]}\n---\n{id: b, name: B, host: h, fields: [{name: x, address: 1}]}")]
    public void A_file_holds_one_node_or_many(string text) => Assert.Equal(["a", "b"], Read(text).Select(n => n.Id));

    [Fact]
    public void Every_error_is_told_with_its_line_and_remedy()
    {
        var errors = new List<string>();
        NodeFile.Read("nodes/test.yaml", """
            name: Meter
            hots: meter
            device_address: 300
            fields:
              - name: a
                address: 1
                data_type: int17
              - name: b
                input_type: coil
                address: 1
                scala: 2
              - name: c
                register: 50001
              - name: a
                address: 65535
                data_type: float32
              - name: d
                address: 7
                data_type: string
            holes:
              - { from: 1, to: 1 }
              - { from: 2, to: 1 }
            parameters:
              - name: p
                address: 70000
            """, errors);

        Assert.Equal(
            [
                "nodes/test.yaml:1: host is missing.",
                "nodes/test.yaml:1: a is there 2 times: give each another name.",
                "nodes/test.yaml:1: a lies in the hole from 1 to 1.",
                "nodes/test.yaml:2: There is no key 'hots': did you mean host?",
                "nodes/test.yaml:3: device_address is '300': give a whole number from 0 to 255.",
                "nodes/test.yaml:7: data_type is 'int17': give one of bool, int16, uint16, int32, uint32, int64, uint64, float32, float64, string.",
                "nodes/test.yaml:11: There is no key 'scala': did you mean scale?",
                "nodes/test.yaml:12: register is '50001': give 5 or 6 digits as in data sheets (0… coil, 1… discrete input, 3… input, 4… holding), fitting input_type.",
                "nodes/test.yaml:14: a reaches beyond address 65535.",
                "nodes/test.yaml:17: A string needs count, the number of its registers.",
                "nodes/test.yaml:22: A hole needs from and to, both included, from not above to.",
                "nodes/test.yaml:25: address is '70000': give a whole number from 0 to 65535.",
            ],
            errors.OrderBy(Line));
    }

    [Theory]
    [InlineData("name: [", ":2: This is not YAML: ")]
    [InlineData("name: a\nname: b", ":2: This is not YAML: ")]
    [InlineData("just text", ":1: A file holds a node, or a list of nodes.")]
    [InlineData("- text", ":1: An entry of a list of nodes takes keys with values, such as name: Meter.")]
    [InlineData("nodes: text", ":1: nodes takes a list; begin each of its entries with a dash.")]
    [InlineData("{name: A, host: h}", ":1: A node needs fields to read, or parameters to set.")]
    [InlineData("{name: A, host: h, id: a b, fields: [{name: x, address: 1}]}", ":1: id is 'a b': give 1 to 64 letters, digits, dots, dashes or underscores.")]
    [InlineData("{name: A, host: h, fields: [{name: x}]}", ":1: Give either address (counted from 0) or register (as in data sheets, such as 40001).")]
    [InlineData("{name: A, host: h, fields: [{name: x, register: 30001, input_type: holding}]}", ":1: register is '30001': give 5 or 6 digits")]
    [InlineData("{name: A, host: h, fields: [{name: x, address: 1, scale: 0}]}", ":1: scale is 0: every value would be the same.")]
    [InlineData("{name: A, host: h, fields: [{name: x, address: 1, bit: 1}]}", ":1: bit picks one of a register")]
    [InlineData("{name: A, host: h, fields: [{name: x, address: 1, input_type: coil, data_type: int16}]}", ":1: A coil or discrete input is a bool: leave data_type out.")]
    [InlineData("{name: A, host: h, max_registers: 1, fields: [{name: x, address: 1, data_type: int32}]}", ":1: x takes 2 registers, more than max_registers (1).")]
    [InlineData("{name: A, host: h, parameters: [{name: x, register: 30001}]}", ":1: x cannot be written: only coils and holding registers can.")]
    public void What_is_wrong_is_said(string text, string error)
    {
        var errors = new List<string>();
        NodeFile.Read("test.yaml", text, errors);

        Assert.StartsWith("test.yaml" + error, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_checked_as_a_whole()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("a.yaml"), "{id: same, name: A, host: h, fields: [{name: x, address: 1}]}");
        File.WriteAllText(folder.File("b.yml"), "{id: same, name: B, host: h, max_outstanding: 2, fields: [{name: x, address: 1}, {name: y, address: 2}]}");
        File.WriteAllText(folder.File("c.yaml"), new string('#', 2_000));
        File.WriteAllText(folder.File("d.yaml"), "{id: meter-1, name: C, host: i, fields: [{name: x, address: 1}]}");
        File.WriteAllText(folder.File("notes.txt"), "not read");
        var options = new ModbusOptions { Nodes = folder.Path, MaxNodes = 2, MaxPointsPerNode = 1, MaxFileBytes = 1_024, SimulatedMeter = { IsEnabled = true } };

        var result = new ModbusOptionsValidator().Validate(null, options);

        Assert.Equal(
            [
                $"{folder.File("c.yaml")}: longer than 1024 bytes: split it, or raise fieldbus:modbus:maxFileBytes.",
                $"{folder.Path}: 3 nodes are more than fieldbus:modbus:maxNodes (2) allows: raise it.",
                $"{folder.File("b.yml")}: same has more fields or parameters than fieldbus:modbus:maxPointsPerNode (1) allows: raise it.",
                $"{folder.File("d.yaml")}: meter-1 is the id of the simulated meter: give another id, or switch the meter off.",
                $"{folder.File("b.yml")}: the id same is used 2 times: give each node its own.",
                $"{folder.File("b.yml")}: the nodes at h:502 share a connection: give them the same max_outstanding and message_wait_milliseconds.",
            ],
            result.Failures);
    }

    [Fact]
    public void Options_out_of_range_and_a_missing_folder_are_told()
    {
        var bad = new ModbusOptions { MaxNodes = 0, MaxPointsPerNode = 0, MaxFileBytes = 0, MaxWaitingRequests = 0, SimulatedMeter = { Port = -1 } };

        Assert.Equal(5, new ModbusOptionsValidator().Validate(null, bad).Failures!.Count());
        Assert.Equal(
            "fieldbus:modbus:nodes is '/no/such/folder', and there is no such folder: make it, or leave the key empty.",
            Assert.Single(new ModbusOptionsValidator().Validate(null, new() { Nodes = "/no/such/folder" }).Failures!));
        Assert.True(new ModbusOptionsValidator().Validate(null, new()).Succeeded);
    }

    private static int Line(string error) => int.Parse(error.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static IReadOnlyList<ModbusNodeDefinition> Read(string text)
    {
        var errors = new List<string>();
        var nodes = NodeFile.Read("folder/test.yaml", text, errors);
        Assert.Empty(errors);
        return nodes;
    }
}

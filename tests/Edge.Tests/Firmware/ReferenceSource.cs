using System.Text;
using System.Text.RegularExpressions;

namespace Edge.Tests.Firmware;

/// <summary>Writes an assembly's API as C# without bodies: every member is extern, so that nothing needs to be true but its signature.</summary>
internal static partial class ReferenceSource
{
    private static readonly Dictionary<string, string> Operators = new()
    {
        ["op_Addition"] = "+",
        ["op_Subtraction"] = "-",
        ["op_UnaryPlus"] = "+",
        ["op_UnaryNegation"] = "-",
        ["op_Multiply"] = "*",
        ["op_Division"] = "/",
        ["op_Equality"] = "==",
        ["op_Inequality"] = "!=",
        ["op_LessThan"] = "<",
        ["op_GreaterThan"] = ">",
        ["op_LessThanOrEqual"] = "<=",
        ["op_GreaterThanOrEqual"] = ">=",
        ["op_Modulus"] = "%",
        ["op_BitwiseAnd"] = "&",
        ["op_BitwiseOr"] = "|",
        ["op_ExclusiveOr"] = "^",
        ["op_OnesComplement"] = "~",
        ["op_LogicalNot"] = "!",
        ["op_LeftShift"] = "<<",
        ["op_RightShift"] = ">>",
        ["op_Increment"] = "++",
        ["op_Decrement"] = "--",
    };

    public static string Write(NanoAssembly assembly)
    {
        var text = new StringBuilder();
        text.AppendLine($"[assembly: System.Reflection.AssemblyVersion(\"{assembly.AssemblyVersion}\")]");
        foreach (var type in assembly.Types)
        {
            if (type.Namespace is null) Type(text, type);
            else
            {
                text.AppendLine($"namespace {type.Namespace} {{");
                Type(text, type);
                text.AppendLine("}");
            }
        }

        // There is a namespace nanoFramework.System, in which System.String would be looked for.
        return FullName().Replace(text.ToString(), "global::$0");
    }

    private static void Type(StringBuilder text, NanoType type)
    {
        Attributes(text, type.Attributes);
        var generics = type.Generics.Length == 0 ? "" : $"<{string.Join(", ", type.Generics)}>";
        switch (type.Kind)
        {
            case "enum":
                var values = type.Values.Select(v => $"{v.Key} = unchecked(({type.Underlying}){v.Value.GetRawText()})");
                text.AppendLine($"{type.Modifiers} enum {type.Name} : {type.Underlying} {{ {string.Join(", ", values)} }}");
                break;
            case "delegate":
                text.AppendLine($"{type.Modifiers} delegate {type.Returns} {type.Name}{generics}({string.Join(", ", type.Parameters)});");
                break;
            default:
                Composite(text, type, generics);
                break;
        }
    }

    private static void Composite(StringBuilder text, NanoType type, string generics)
    {
        string[] parents = [.. type.Base is null ? [] : new[] { type.Base }, .. type.Interfaces];
        text.AppendLine($"{type.Modifiers} partial {type.Kind} {type.Name}{generics}{(parents.Length == 0 ? "" : " : " + string.Join(", ", parents))} {{");
        if (type.Kind == "class" && type.NoCtor && !type.Modifiers.Contains("static")) text.AppendLine($"internal extern {type.Name}();");
        for (var i = 0; i < type.PrivateFields.Length; i++) text.AppendLine($"private {(type.Modifiers.Contains("readonly") ? "readonly " : "")}{type.PrivateFields[i]} _{i};");
        foreach (var member in type.Members) Member(text, type, member);
        foreach (var nested in type.Nested) Type(text, nested);
        text.AppendLine("}");
    }

    private static void Member(StringBuilder text, NanoType owner, NanoMember member)
    {
        // An override of Finalize cannot be written in C#, and nobody calls it.
        if (member.Name == "Finalize") return;

        Attributes(text, member.Attributes);
        var body = owner.Kind == "interface" || member.Modifiers.Contains("abstract") ? "" : " extern";
        var parameters = string.Join(", ", member.Parameters);
        text.AppendLine(member.Kind switch
        {
            "F" => $"{member.Modifiers} {member.Type} {member.Name}{(member.Value is null ? "" : " = " + member.Value)};",
            "C" => $"{member.Modifiers} extern {owner.Name}({parameters});",
            "E" => $"{member.Modifiers}{body} event {member.Type} {member.Name};",
            "P" => Property(member, body, parameters),
            _ => Method(member, body, parameters),
        });
    }

    private static string Property(NanoMember member, string body, string parameters)
    {
        var accessors = (member.Get is null ? "" : $"{member.Get} get; ") + (member.Set is null ? "" : $"{member.Set} set; ");
        if (parameters.Length == 0) return $"{member.Modifiers}{body} {member.Type} {member.Name} {{ {accessors}}}";

        var name = member.Name == "Item" ? "" : $"[System.Runtime.CompilerServices.IndexerName(\"{member.Name}\")] ";
        return $"{name}{member.Modifiers}{body} {member.Type} this[{parameters}] {{ {accessors}}}";
    }

    private static string Method(NanoMember member, string body, string parameters)
    {
        if (member.Name is "op_Implicit" or "op_Explicit")
            return $"{member.Modifiers}{body} {member.Name[3..].ToLowerInvariant()} operator {member.Type}({parameters});";
        return Operators.TryGetValue(member.Name, out var sign)
            ? $"{member.Modifiers}{body} {member.Type} operator {sign}({parameters});"
            : $"{member.Modifiers}{body} {member.Type} {member.Name}({parameters});";
    }

    private static void Attributes(StringBuilder text, string[] attributes)
    {
        foreach (var attribute in attributes) text.AppendLine($"[{attribute}]");
    }

    [GeneratedRegex(@"(?<!namespace )(?<![\w.:])(System|nanoFramework)\.")]
    private static partial Regex FullName();
}

using System.Text.RegularExpressions;

using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Edge.Tests.Firmware;

/// <summary>Finds what compiles for nanoFramework and then fails on the device, in the IL.</summary>
internal static partial class DeviceRules
{
    /// <summary>The complaints about an image, each with the place.</summary>
    public static IReadOnlyList<string> Check(byte[] image)
    {
        using var resolver = new Resolver();
        using var assembly = AssemblyDefinition.ReadAssembly(new MemoryStream(image), new ReaderParameters { AssemblyResolver = resolver });
        return [.. assembly.MainModule.GetTypes().SelectMany(OfType).Distinct()];
    }

    private static IEnumerable<string> OfType(TypeDefinition type)
    {
        if (type.HasGenericParameters) yield return $"{type.FullName}: a generic type of our own crashes at load";
        if (type.BaseType is { } parent && Signature(parent) is { } wrong) yield return $"{type.FullName}: {wrong}";
        foreach (var field in type.Fields)
            if (Signature(field.FieldType) is { } complaint) yield return $"{field.FullName}: {complaint}";
        foreach (var implemented in type.Interfaces)
            if (Signature(implemented.InterfaceType) is { } complaint) yield return $"{type.FullName}: {complaint}";
        foreach (var method in type.Methods)
            foreach (var complaint in OfMethod(method))
                yield return $"{method.FullName}: {complaint}";
    }

    private static IEnumerable<string> OfMethod(MethodDefinition method)
    {
        if (method.HasGenericParameters) yield return "a generic method gives wrong results";
        if (method.DeclaringType.IsInterface && method.HasBody) yield return "a default method of an interface throws";

        foreach (var type in method.Parameters.Select(p => p.ParameterType).Append(method.ReturnType))
            if (Signature(type) is { } complaint) yield return complaint;
        if (!method.HasBody) yield break;

        foreach (var local in method.Body.Variables)
            if (Signature(local.VariableType) is { } complaint) yield return complaint;
        foreach (var complaint in method.Body.Instructions.Select(OfInstruction).OfType<string>()) yield return complaint;
    }

    private static string? OfInstruction(Instruction instruction)
    {
        var code = instruction.OpCode.Code;
        if (code == Code.Localloc) return "stackalloc throws";
        if (instruction.OpCode.Name.Contains(".ovf", StringComparison.Ordinal)) return "checked is ignored";
        if (code == Code.Box && instruction.Operand is TypeReference boxed && IsEnum(boxed)) return $"{boxed.Name} is boxed: as text it is a number";

        return instruction.Operand switch
        {
            GenericInstanceMethod => "a call of a generic method gives wrong results",
            MethodReference called => OfCall(instruction, called),
            FieldReference field => Signature(field.DeclaringType) ?? Signature(field.FieldType),
            TypeReference type => Signature(type),
            _ => null,
        };
    }

    private static string? OfCall(Instruction instruction, MethodReference called)
    {
        if (Signature(called.DeclaringType) is { } complaint) return complaint;
        if (called.Name != "ToString" && called.Name != "Format") return null;

        var receiver = instruction.Previous?.OpCode.Code == Code.Constrained ? (TypeReference)instruction.Previous.Operand : called.DeclaringType;
        if (called.Name == "ToString" && (IsEnum(receiver) || receiver.FullName == "System.Enum")) return $"{receiver.Name}.ToString() gives the number";

        if (called.Name == "ToString" && called.Parameters is [{ ParameterType.FullName: "System.String" }]
            && instruction.Previous is { OpCode.Code: Code.Ldstr, Operand: string format } && !StandardFormat().IsMatch(format))
            return $"the format \"{format}\" is wrong on the device: use a standard one such as F2";

        return called.Name == "Format" ? OfFormat(instruction) : null;
    }

    // The format is loaded some instructions before the call, with the arguments in between; the nearest text with an item is taken.
    private static string? OfFormat(Instruction call)
    {
        for (var at = call.Previous; at is not null; at = at.Previous)
        {
            if (at.Operand is not string text || !Item().IsMatch(text)) continue;

            var custom = Item().Matches(text).Select(m => m.Groups[1].Value).FirstOrDefault(f => f.Length > 0 && !StandardFormat().IsMatch(f));
            return custom is null ? null : $"the format \"{custom}\" is wrong on the device: use a standard one such as F2";
        }

        return null;
    }

    private static string? Signature(TypeReference type) => type switch
    {
        GenericInstanceType generic => $"{generic.ElementType.Name} of something crashes at load",
        GenericParameter => null,
        ArrayType { Rank: > 1 } => "an array of several dimensions crashes",
        PinnedType or PointerType => "fixed and pointers are refused by the metadata processor",
        TypeSpecification specification => Signature(specification.ElementType),
        _ => null,
    };

    private static bool IsEnum(TypeReference type) => type is not TypeSpecification and not GenericParameter && type.Resolve() is { IsEnum: true };

    [GeneratedRegex("^[A-Za-z][0-9]*$")]
    private static partial Regex StandardFormat();

    [GeneratedRegex(@"\{[0-9]+(?:,-?[0-9]+)?(?::([^}]*))?\}")]
    private static partial Regex Item();

    private sealed class Resolver : BaseAssemblyResolver
    {
        private readonly Dictionary<string, AssemblyDefinition> _loaded = [];

        public override AssemblyDefinition Resolve(AssemblyNameReference name)
        {
            if (!_loaded.TryGetValue(name.Name, out var assembly))
            {
                assembly = AssemblyDefinition.ReadAssembly(
                    new MemoryStream(ReferenceAssemblies.Image(name.Name)), new ReaderParameters { AssemblyResolver = this });
                _loaded.Add(name.Name, assembly);
            }

            return assembly;
        }

        protected override void Dispose(bool disposing)
        {
            foreach (var assembly in _loaded.Values) assembly.Dispose();
            base.Dispose(disposing);
        }
    }
}

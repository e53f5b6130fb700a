using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Edge.Tests.Architecture;

/// <summary>Our assemblies as the compiler wrote them: what a type really uses, whatever its file says.</summary>
internal static class CompiledCode
{
    /// <summary>The assemblies of the product beside this one.</summary>
    public static IReadOnlyList<AssemblyDefinition> Assemblies { get; } =
    [
        .. Repository.Projects.Keys.Where(IsProduct).Select(name => Path.Combine(AppContext.BaseDirectory, name + ".dll")).Where(File.Exists)
            .Select(AssemblyDefinition.ReadAssembly),
    ];

    /// <summary>True for what runs at a user's, in difference to tests and benchmarks.</summary>
    public static bool IsProduct(string project) => !Repository.Name(Repository.Projects[project]).StartsWith("tests", StringComparison.Ordinal);

    /// <summary>All types with their outermost namespace, nested ones too.</summary>
    public static IEnumerable<TypeDefinition> TypesOf(AssemblyDefinition assembly) => assembly.MainModule.Types.SelectMany(WithNested);

    /// <summary>The namespace that a type, or the type it is nested in, stands in.</summary>
    public static string NamespaceOf(TypeReference type)
    {
        while (type.DeclaringType is { } outer) type = outer;
        return type.Namespace;
    }

    /// <summary>Every type that <paramref name="type"/> names: bases, fields, signatures, bodies, attributes.</summary>
    public static IEnumerable<TypeReference> UsedBy(TypeDefinition type)
    {
        var named = new List<TypeReference?> { type.BaseType };
        named.AddRange(type.Interfaces.Select(i => i.InterfaceType));
        named.AddRange(type.Fields.Select(field => field.FieldType));
        named.AddRange(type.CustomAttributes.SelectMany(InAttribute));
        foreach (var method in type.Methods) named.AddRange(InMethod(method));
        return named.SelectMany(Parts);
    }

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static IEnumerable<TypeReference?> InMethod(MethodDefinition method)
    {
        var signature = method.Parameters.Select(parameter => (TypeReference?)parameter.ParameterType).Append(method.ReturnType)
            .Concat(method.CustomAttributes.SelectMany(InAttribute));
        if (!method.HasBody) return signature;

        return signature.Concat(method.Body.Variables.Select(variable => variable.VariableType))
            .Concat(method.Body.Instructions.SelectMany(InInstruction));
    }

    private static IEnumerable<TypeReference?> InInstruction(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(p => p.ParameterType)],
        _ => [],
    };

    private static IEnumerable<TypeReference?> InAttribute(CustomAttribute attribute) =>
        attribute.ConstructorArguments.Select(argument => argument.Value as TypeReference).Append(attribute.AttributeType);

    // List<Foo[]> names List, Foo[] and Foo.
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Prepend(generic.ElementType),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}

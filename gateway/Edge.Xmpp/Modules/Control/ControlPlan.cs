using System.Diagnostics.CodeAnalysis;

using Edge.Things.Control;
using Edge.Things.Nodes;
using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.Control;

/// <summary>A node and what is to be set on it.</summary>
internal readonly record struct NodeCommand(Node Node, IReadOnlyList<ParameterValue> Parameters);

/// <summary>Checks every parameter against every node before anything is done (XEP-0325 §3.4.3).</summary>
internal static class ControlPlan
{
    /// <summary>What to do on each node, or the error of the first parameter that a node does not have or cannot take.</summary>
    public static bool TryMake(
        ControlRequest request, IReadOnlyList<Node> nodes,
        [NotNullWhen(true)] out IReadOnlyList<NodeCommand>? plan, [NotNullWhen(false)] out StanzaError? error)
    {
        var commands = new List<NodeCommand>();
        plan = null;
        foreach (var node in nodes)
        {
            var values = new List<ParameterValue>();
            foreach (var (name, wire) in request.Parameters)
            {
                var definition = node.Parameters.FirstOrDefault(p => p.Name == name);
                if (definition is null)
                {
                    error = ControlAnswer.UnknownParameter(request, name);
                    return false;
                }

                if (!wire.TryConvert(definition.Kind, out var value))
                {
                    error = ControlAnswer.WrongValue(request, name, $"The value does not fit a parameter of the type {definition.Kind}.");
                    return false;
                }

                values.Add(new(name, value));
            }

            commands.Add(new(node, values));
        }

        plan = commands;
        error = null;
        return true;
    }
}

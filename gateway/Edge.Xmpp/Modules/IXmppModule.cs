using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp.Modules;

/// <summary>
/// One extension: a class in a folder of its own under <c>Modules/</c>, found by scanning the assembly, marked with
/// <see cref="XepAttribute"/>. It declares what it serves; it never touches the router or a connection.
/// </summary>
public interface IXmppModule
{
    /// <summary>Registers what the module needs beside itself; called once, before anything is made.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="section">The module's own section, <c>xmpp:&lt;folder in camelCase&gt;</c>.</param>
    static virtual void AddServices(IServiceCollection services, IConfiguration section)
    {
    }

    /// <summary>Declares features, handlers and services.</summary>
    void Configure(XmppModuleBuilder xmpp);
}

/// <summary>Which specification a class serves, for the README's table and the command line: a module's, mostly; what modules share, and the
/// core, declare theirs in the same way.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class XepAttribute(int number, string version) : Attribute
{
    /// <summary>The number of the XEP; 0 for an RFC, which the version then names.</summary>
    public int Number { get; } = number;

    /// <summary>The version that was implemented.</summary>
    public string Version { get; } = version;

    /// <summary>What to know of the coverage.</summary>
    public string? Note { get; init; }

    /// <summary>The store of documents that the module keeps (<see cref="Edge.Storage.IStorage.Open"/>); null for none.</summary>
    public string? Keeps { get; init; }
}

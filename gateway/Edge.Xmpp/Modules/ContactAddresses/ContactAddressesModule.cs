using Edge.Xmpp.Modules.DataForms;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.ContactAddresses;

/// <summary>XEP-0157: whom to tell when something is wrong with this server, as a form in its disco#info.</summary>
[Xep(157, "1.1.1", Note = "As configured in xmpp:contactAddresses")]
internal sealed class ContactAddressesModule(IOptions<ContactAddressesOptions> options) : IXmppModule
{
    private const string Meaning = "http://jabber.org/network/serverinfo";

    public static void AddServices(IServiceCollection services, IConfiguration section) =>
        services.AddModuleOptions<ContactAddressesOptions, ContactAddressesOptionsValidator>(section);

    public void Configure(XmppModuleBuilder xmpp)
    {
        FormField[] fields = [.. options.Value.All.Where(a => a.Addresses.Count > 0)
            .Select(a => new FormField($"{a.Key}-addresses", FieldType.ListMulti) { Values = [.. a.Addresses] })];
        if (fields.Length > 0) xmpp.OnDomain().Form(DataForm.Of(FormType.Result, Meaning, fields));
    }
}

/// <summary>Addresses of the operators, each a URI such as <c>mailto:</c> or <c>xmpp:</c>; section <c>xmpp:contactAddresses</c>.</summary>
public sealed class ContactAddressesOptions
{
    /// <summary>For reports of abuse.</summary>
    public IList<string> Abuse { get; } = [];

    /// <summary>Of who runs the server.</summary>
    public IList<string> Admin { get; } = [];

    /// <summary>For reports of weaknesses.</summary>
    public IList<string> Security { get; } = [];

    /// <summary>For questions.</summary>
    public IList<string> Support { get; } = [];

    internal IEnumerable<(string Key, IList<string> Addresses)> All => [("abuse", Abuse), ("admin", Admin), ("security", Security), ("support", Support)];
}

/// <summary>Checks <see cref="ContactAddressesOptions"/>.</summary>
internal sealed class ContactAddressesOptionsValidator : IValidateOptions<ContactAddressesOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ContactAddressesOptions options)
    {
        var errors = options.All.SelectMany(kind => kind.Addresses.Where(a => !Uri.TryCreate(a, UriKind.Absolute, out _))
            .Select(a => $"xmpp:contactAddresses:{kind.Key} has '{a}': give a URI such as mailto:ann@example.org or xmpp:ann@example.org.")).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

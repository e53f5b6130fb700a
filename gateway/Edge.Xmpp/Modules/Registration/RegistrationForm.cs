using System.Security.Cryptography;
using System.Xml.Linq;

using Edge.Xmpp.Modules.DataForms;
using Edge.Xmpp.Modules.SignedForms;

namespace Edge.Xmpp.Modules.Registration;

/// <summary>A form that was given out on one stream: it can be handed in once, there.</summary>
internal sealed record GivenForm(string Token, string TokenSecret)
{
    public const string UserName = "username";
    public const string Password = "password";

    private const int RandomBytes = 16;
    private const string Instructions = "Choose a name and a password, and sign the form with your registration key (XEP-0348). Ask the operator of this server for one.";

    /// <summary>A form with a token and a secret of its own.</summary>
    public static GivenForm New() => new(Random(), Random());

    /// <summary>What the client gets (XEP-0077 §3.1.1, XEP-0348 §3.1).</summary>
    public XElement ToElement()
    {
        List<FormField> fields =
        [
            .. SignedFormFields.For(Token, TokenSecret),
            new(UserName) { Label = "Name", IsRequired = true },
            new(Password, FieldType.TextPrivate) { Label = "Password", IsRequired = true },
        ];
        var form = DataForm.Of(FormType.Form, FormSignature.Feature, fields) with { Title = "Make an account", Instructions = [Instructions] };
        return new XElement(RegistrationNames.Query, new XElement(RegistrationNames.Register + "instructions", Instructions), form.ToElement());
    }

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));
}

/// <summary>The words of XEP-0077.</summary>
internal static class RegistrationNames
{
    public static readonly XNamespace Register = "jabber:iq:register";
    public static readonly XName Query = Register + "query";
    public static readonly XName Feature = XName.Get("register", "http://jabber.org/features/iq-register");
}

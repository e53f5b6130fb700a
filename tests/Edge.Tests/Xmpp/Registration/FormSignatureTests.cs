using System.Security.Cryptography;
using System.Text;

using Edge.Xmpp.Modules.DataForms;
using Edge.Xmpp.Modules.SignedForms;

namespace Edge.Tests.Xmpp.Registration;

/// <summary>XEP-0348 §2, with what clients do differently.</summary>
public sealed class FormSignatureTests
{
    private const string Secret = "consumer & secret";
    private const string TokenSecret = "token secret";

    // The text of the XEP by hand: sorted by code point, percent-encoded UTF-8, "submit", the address.
    private const string Pairs =
        "FORM_TYPE=urn%3Axmpp%3Axdata%3Asignature%3Aoauth1&oauth_consumer_key=k&oauth_nonce=n&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1&"
        + "oauth_token=t&oauth_version=1.0&password=a%20b~c&username=meter-7";

    [Fact]
    public void A_signature_made_by_the_text_is_right()
    {
        var form = Sign(Form(), "submit&&" + Escape(Pairs));
        Assert.True(IsRight(form));
        Assert.Equal(form.Value(SignedFormFields.Signature), FormSignature.Make(Form(), "", Secret, TokenSecret));
    }

    [Fact]
    public void One_may_take_the_domain_for_the_address() => Assert.True(IsRight(Sign(Form(), "submit&edge.local&" + Escape(Pairs))));

    [Fact]
    public void One_may_sort_without_regard_to_case()
    {
        var form = With(Form(), "email", "a@b");
        var pairs = "email=a%40b&" + Pairs; // by code point FORM_TYPE would be first
        Assert.True(IsRight(Sign(form, "submit&&" + Escape(pairs))));
        Assert.True(IsRight(Sign(form, "submit&&" + Escape(Pairs.Replace("&oauth_consumer", "&email=a%40b&oauth_consumer", StringComparison.Ordinal)))));
    }

    [Theory]
    [InlineData("%C3%A5")] // UTF-8
    [InlineData("%E5")] // one code unit, as a widespread library has it
    public void One_may_escape_either_way(string escaped)
    {
        var form = With(Form(), "username", "\u00E5");
        Assert.True(IsRight(Sign(form, "submit&&" + Escape(Pairs.Replace("meter-7", escaped, StringComparison.Ordinal)))));
    }

    [Fact]
    public void Letters_are_signed_in_their_normal_form() =>
        Assert.True(IsRight(Sign(With(Form(), "username", "a\u030A"), "submit&&" + Escape(Pairs.Replace("meter-7", "%C3%A5", StringComparison.Ordinal)))));

    [Fact]
    public void A_signature_may_be_sent_as_it_is()
    {
        var form = Sign(Form(), "submit&&" + Escape(Pairs));
        Assert.True(IsRight(With(form, SignedFormFields.Signature, Uri.UnescapeDataString(form.Value(SignedFormFields.Signature)!))));
    }

    [Fact]
    public void Whatever_is_changed_makes_it_wrong()
    {
        var form = Sign(Form(), "submit&&" + Escape(Pairs));
        foreach (var name in form.Fields.Select(f => f.Name).Where(n => n is not (SignedFormFields.TokenSecret or SignedFormFields.Signature)))
            Assert.False(IsRight(With(form, name, "changed")), name);
        Assert.False(IsRight(With(form, "more", "")));
        Assert.False(IsRight(Sign(Form(), "submit&elsewhere.example&" + Escape(Pairs))));
        Assert.False(FormSignature.IsRight(form, [""], Secret + "x", TokenSecret));
        Assert.False(FormSignature.IsRight(form, [""], Secret, TokenSecret + "x"));
        foreach (var signature in new[] { "", "%", "****", "%ZZ", new string('A', 300) }) Assert.False(IsRight(With(form, SignedFormFields.Signature, signature)));
        Assert.True(IsRight(With(form, SignedFormFields.TokenSecret, "what the client says of it does not count")));
    }

    [Theory]
    [InlineData("PLAINTEXT")]
    [InlineData("RSA-SHA1")]
    [InlineData("")]
    public void Other_methods_sign_nothing(string method)
    {
        var form = With(Sign(Form(), "submit&&" + Escape(Pairs)), SignedFormFields.Method, method);
        Assert.False(IsRight(form));
        Assert.False(IsRight(With(form, SignedFormFields.Signature, Escape(Secret) + Escape(TokenSecret))));
    }

    private static bool IsRight(DataForm form) => FormSignature.IsRight(form, ["", "edge.local"], Secret, TokenSecret);

    private static DataForm Form() => DataForm.Of(
        FormType.Submit, FormSignature.Feature, FormField.Of("username", "meter-7"), FormField.Of("password", "a b~c"), FormField.Of("oauth_version", "1.0"),
        FormField.Of("oauth_signature_method", "HMAC-SHA1"), FormField.Of("oauth_token", "t"), FormField.Of("oauth_token_secret", TokenSecret),
        FormField.Of("oauth_nonce", "n"), FormField.Of("oauth_timestamp", "1"), FormField.Of("oauth_consumer_key", "k"), FormField.Of("oauth_signature", ""));

    private static DataForm Sign(DataForm form, string text)
    {
        var key = Encoding.ASCII.GetBytes($"{Escape(Secret)}&{Escape(TokenSecret)}");
#pragma warning disable CA5350 // the XEP's hash
        return With(form, SignedFormFields.Signature, Escape(Convert.ToBase64String(HMACSHA1.HashData(key, Encoding.ASCII.GetBytes(text)))));
#pragma warning restore CA5350
    }

    private static DataForm With(DataForm form, string name, string value) => form with { Fields = [.. form.Fields.Where(f => f.Name != name), FormField.Of(name, value)] };

    private static string Escape(string text) => Uri.EscapeDataString(text);
}

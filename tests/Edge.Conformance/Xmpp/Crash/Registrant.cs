using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;

using Edge.Identity.Registration;
using Edge.Xmpp.Modules.DataForms;
using Edge.Xmpp.Modules.SignedForms;

namespace Edge.Conformance.Xmpp.Crash;

/// <summary>Makes one account after the other by signed forms (XEP-0077, XEP-0348); remembers those of which the server said that they are made.</summary>
internal sealed class Registrant(XmppGatewayProcess gateway)
{
    private const string Header = "<stream:stream to='edge.local' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    private static readonly XNamespace Register = "jabber:iq:register";

    private readonly List<string> _made = [];
    private int _next;

    /// <summary>How many accounts were made.</summary>
    public int Count => _made.Count;

    /// <summary>Works until the connection breaks.</summary>
    public async Task WorkAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"device{_next++}");
                await RegisterAsync(name, cancel);
                _made.Add(name);
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Killed; what was not answered may have been done or not.
        }
    }

    /// <summary>Signs in as those that were made since the last time.</summary>
    public async Task CheckAsync(int from, CancellationToken cancel)
    {
        foreach (var name in _made[from..])
        {
            await using var client = await gateway.ConnectAsync(name, cancel);
        }
    }

    private async Task RegisterAsync(string name, CancellationToken cancel)
    {
        await using var stream = await gateway.OpenAsync(cancel);
        await WriteAsync(stream, Header, cancel);
        await ReadUntilAsync(stream, "</stream:features>", cancel);
        await WriteAsync(stream, "<iq type='get' id='g'><query xmlns='jabber:iq:register'/></iq>", cancel);
        var given = XElement.Parse(await ReadUntilAsync(stream, "</iq>", cancel));
        Assert.True(DataForm.TryFind(given.Elements().Single(), new(), out var form, out _));

        var query = new XElement(Register + "query", Sign(form!, name, gateway.Key).ToElement()).ToString(SaveOptions.DisableFormatting);
        await WriteAsync(stream, $"<iq type='set' id='s'>{query}</iq>", cancel);
        var answer = await ReadUntilAsync(stream, ">", cancel);
        Assert.True(answer.Contains("type='result'", StringComparison.Ordinal), answer);
    }

    private static DataForm Sign(DataForm given, string name, GivenRegistrationKey key)
    {
        var form = DataForm.Of(FormType.Submit, FormSignature.Feature, [.. given.Fields.Where(f => f.Name != "FORM_TYPE")]);
        form = With(form, SignedFormFields.ConsumerKey, key.Key.Id);
        form = With(form, SignedFormFields.Method, "HMAC-SHA256");
        form = With(form, SignedFormFields.Nonce, Guid.NewGuid().ToString("N"));
        form = With(form, SignedFormFields.Timestamp, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        form = With(With(form, "username", name), "password", XmppGatewayProcess.PasswordOf(name));
        return With(form, SignedFormFields.Signature, FormSignature.Make(form, "", key.Secret, form.Value(SignedFormFields.TokenSecret)!));
    }

    private static DataForm With(DataForm form, string name, string value) =>
        form with { Fields = [.. form.Fields.Where(f => f.Name != name), FormField.Of(name, value)] };

    private static Task WriteAsync(Stream stream, string text, CancellationToken cancel) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancel).AsTask();

    private static async Task<string> ReadUntilAsync(Stream stream, string end, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, cancel);
            text.Append((char)one[0]);
        }

        return text.ToString();
    }
}

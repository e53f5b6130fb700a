using Edge.Transport.Tls;

using Microsoft.Extensions.Options;

namespace Edge.Gateway.Configuration;

/// <summary>Checks the listeners.</summary>
internal sealed class ListenersOptionsValidator : IValidateOptions<ListenersOptions>
{
    public ValidateOptionsResult Validate(string? name, ListenersOptions options)
    {
        var enabled = options.All.Where(l => l.Listener.Enabled).ToList();
        string[] errors = [.. enabled.SelectMany(Faults), .. NameFaults(options), .. PortFaults(enabled)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Faults(NamedListener entry)
    {
        var (key, listener) = (entry.Key, entry.Listener);
        if (listener.Parse() is null)
            yield return $"{key}:address is '{listener.Address}': give an IP address, localhost, or any.";
        else if (entry.IsClearText && !listener.IsLoopback && listener is not IMqttPolicyOptions { ClearText: true })
            yield return $"{key}:address is '{listener.Address}', but this listener is clear text: {Remedy(entry)}.";

        if (listener.Port is < 0 or > 65535) yield return $"{key}:port is {listener.Port}: give 1 to 65535, or 0 for a free one.";
        if (listener is IMqttPolicyOptions { ClearText: true } && !entry.IsClearText)
            yield return $"{key}:clearText is true, but this listener has TLS: leave it out{(listener is MoreListenerOptions ? ", or set its protocol to mqtt" : "")}.";
        if (listener is XmppListenerOptions { AllowPlain: true } && entry.Name == "xmpps")
            yield return $"{key}:allowPlain is true, but this listener has TLS: leave it out.";
        if (listener is not ICertificateDemand demand) yield break;

        foreach (var fault in CertificateFaults(key, demand, entry.IsClearText)) yield return fault;
    }

    private static string Remedy(NamedListener entry)
    {
        if (entry.Listener is ComponentListenerOptions) return "give localhost, or set tls: true";

        var secure = entry.Listener is MoreListenerOptions ? "a listener with TLS" : $"the TLS listener ({entry.Name}s)";
        return $"give localhost, use {secure}, or set clearText: true where everybody on that network may read passwords";
    }

    private static IEnumerable<string> CertificateFaults(string key, ICertificateDemand listener, bool isClearText)
    {
        if (listener.ClientCertificates == ClientCertificateDemand.None)
        {
            if (listener.ClientAuthority is not null) yield return $"{key}:clientAuthority is given, but clientCertificates is none: set it to optional or required.";
            yield break;
        }

        if (isClearText) yield return $"{key}:clientCertificates needs TLS: use a listener with TLS.";
        if (listener.ClientAuthority is null) yield return $"{key}:clientAuthority is missing: give the PEM file of the CA that client certificates must be of.";
        else if (!File.Exists(listener.ClientAuthority)) yield return $"{key}:clientAuthority is '{listener.ClientAuthority}', which is not there: correct the path.";
    }

    private static IEnumerable<string> NameFaults(ListenersOptions options)
    {
        foreach (var (index, listener) in options.More.Index())
        {
            if (listener.Name.Length is 0 or > 32 || !listener.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                yield return $"listeners:more:{index}:name is '{listener.Name}': give 1 to 32 letters, digits, - or _.";
        }

        foreach (var twice in options.All.GroupBy(l => l.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Key.Length > 0 && g.Count() > 1))
            yield return $"listeners: {twice.Count()} are called {twice.Key}: give each its own name.";
    }

    // The same port at two addresses is fine, unless one of them is all addresses.
    private static IEnumerable<string> PortFaults(List<NamedListener> enabled) =>
        from clash in enabled.Where(l => l.Listener.Port > 0).GroupBy(l => l.Listener.Port)
        where clash.Count() > 1 && Overlap([.. clash.Select(l => l.Listener)])
        select $"listeners: {string.Join(" and ", clash.Select(l => l.Name))} share port {clash.Key}: give each its own.";

    private static bool Overlap(List<ListenerOptions> listeners) =>
        listeners.Any(l => l.IsAny) || listeners.DistinctBy(l => l.Parse()).Count() < listeners.Count;
}

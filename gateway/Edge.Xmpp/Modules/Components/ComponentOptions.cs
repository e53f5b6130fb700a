using System.Text.RegularExpressions;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Components;

/// <summary>Section <c>xmpp:components</c>: programs that serve a domain of their own, by the name of that domain. A name without a dot stands below the
/// server's domain: <c>plays</c> for plays.edge.local.</summary>
public sealed class ComponentsOptions : Dictionary<string, ComponentOptions>;

/// <summary>Section <c>xmpp:components:&lt;name&gt;</c>: one component (XEP-0114).</summary>
public sealed class ComponentOptions
{
    /// <summary>The shortest secret: what is guessed at a rate of the gate's takes years.</summary>
    internal const int MinSecretLength = 8;

    /// <summary>What it signs in with. It is meant for the environment (<c>EDGE_xmpp__components__plays__secret</c>); in a file, use <see cref="SecretFile"/>.</summary>
    public string Secret { get; set; } = "";

    /// <summary>A file with the secret; a line end behind it does not count. Read at each connection, so that it can be changed.</summary>
    public string SecretFile { get; set; } = "";

    /// <summary>What it is called in the list of services; empty: its domain.</summary>
    public string Description { get; set; } = "";

    /// <summary>The secret of now; null where the file cannot be read, or holds too little.</summary>
    internal string? ReadSecret()
    {
        try
        {
            var secret = SecretText.Read(Secret, SecretFile);
            return secret.Length >= MinSecretLength ? secret : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>Says everything that is wrong with the components at once, as far as it can be seen without the server's domain (<see cref="ComponentNames"/>).</summary>
internal sealed partial class ComponentsOptionsValidator : IValidateOptions<ComponentsOptions>
{
    public ValidateOptionsResult Validate(string? name, ComponentsOptions options)
    {
        var errors = new List<string>();
        foreach (var (component, settings) in options) Check(errors, $"xmpp:components:{component}", component, settings);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check(List<string> errors, string key, string name, ComponentOptions options)
    {
        if (!NameRule().IsMatch(name)) errors.Add($"{key}: a component's name is a domain: letters, digits and dashes, with dots between them.");

        if (options.Secret.Length > 0 == options.SecretFile.Length > 0) errors.Add($"{key}: give one of {key}:secretFile and {key}:secret.");
        else if (options.SecretFile.Length > 0 && !File.Exists(options.SecretFile)) errors.Add($"{key}:secretFile is '{options.SecretFile}': there is no such file.");
        else if (options.ReadSecret() is null) errors.Add($"{key}: its secret cannot be read, or is shorter than {ComponentOptions.MinSecretLength} characters: make a longer one.");
    }

    [GeneratedRegex("^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,62}))*$")]
    private static partial Regex NameRule();
}

using Microsoft.Extensions.Options;

namespace Edge.Things;

/// <summary>Section <c>things</c>: the domain that everything lives under, and the limits of registry, provisioning and concentrator.</summary>
public sealed class ThingsOptions
{
    /// <summary>The server's domain, the part after the at sign of every account. The services live below it.</summary>
    public string Domain { get; set; } = "edge.local";

    /// <summary>Most things in the registry. 10 000 take some 10 MB; one gateway rarely has a hundred.</summary>
    public int MaxThings { get; set; } = 10_000;

    /// <summary>Most tags of one thing. XEP-0347 predefines 23.</summary>
    public int MaxTagsPerThing { get; set; } = 32;

    /// <summary>Claims that may fail per owner and minute; then every claim of his fails until the minute is over, so that keys cannot be
    /// guessed. A person mistypes less often.</summary>
    public int MaxFailedClaimsPerMinute { get; set; } = 10;

    /// <summary>Most open questions of one owner. More than this nobody reads.</summary>
    public int MaxQuestionsPerOwner { get; set; } = 200;

    /// <summary>Most open questions that one caller may cause, over all owners, so that one stranger cannot fill everybody's list.</summary>
    public int MaxQuestionsPerCaller { get; set; } = 50;

    /// <summary>Most field or parameter names in one question or rule; later ones are refused without being asked about.</summary>
    public int MaxNamesPerQuestion { get; set; } = 64;

    /// <summary>Most rules of one owner. One more is refused: dropping the oldest instead could drop a "no".</summary>
    public int MaxRulesPerOwner { get; set; } = 1_000;

    /// <summary>Most fields of one thing whose last reading is kept.</summary>
    public int MaxFieldsPerThing { get; set; } = 256;

    /// <summary>Seconds a bus has to answer a read-out (1 to 300). XMPP clients give up after 20 to 60 s.</summary>
    public int ReadTimeoutSeconds { get; set; } = 15;

    /// <summary>Seconds a bus has to carry out a control request (1 to 300).</summary>
    public int ControlTimeoutSeconds { get; set; } = 15;

    /// <summary>The thing registry's address.</summary>
    public Jid RegistryAddress => Jid.Parse("things." + Domain);

    /// <summary>The provisioning service's address.</summary>
    public Jid ProvisioningAddress => Jid.Parse("provisioning." + Domain);

    /// <summary>The address that the nodes behind the concentrator live under.</summary>
    public Jid ConcentratorAddress => _concentrator ?? Jid.Parse("concentrator." + Domain);

    /// <summary>Gives the concentrator another address: it is an account where the XMPP server is another's.</summary>
    public void PlaceConcentrator(Jid address) => _concentrator = address.Bare;

    private Jid? _concentrator;
}

/// <summary>Finds everything that is wrong in section <c>things</c>, each with its remedy.</summary>
internal sealed class ThingsOptionsValidator : IValidateOptions<ThingsOptions>
{
    public ValidateOptionsResult Validate(string? name, ThingsOptions options)
    {
        var errors = new List<string>();
        if (!Jid.TryParse(options.Domain, out var domain) || domain.Local.Length > 0 || !domain.IsBare)
            errors.Add($"things:domain is '{options.Domain}': give a domain name such as edge.local.");

        Range("maxThings", options.MaxThings, 1, 1_000_000);
        Range("maxTagsPerThing", options.MaxTagsPerThing, 6, 256);
        Range("maxFailedClaimsPerMinute", options.MaxFailedClaimsPerMinute, 1, 1_000);
        Range("maxQuestionsPerOwner", options.MaxQuestionsPerOwner, 1, 100_000);
        Range("maxQuestionsPerCaller", options.MaxQuestionsPerCaller, 1, 100_000);
        Range("maxNamesPerQuestion", options.MaxNamesPerQuestion, 1, 1_024);
        Range("maxRulesPerOwner", options.MaxRulesPerOwner, 1, 1_000_000);
        Range("maxFieldsPerThing", options.MaxFieldsPerThing, 1, 65_536);
        Range("readTimeoutSeconds", options.ReadTimeoutSeconds, 1, 300);
        Range("controlTimeoutSeconds", options.ControlTimeoutSeconds, 1, 300);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Range(string key, int value, int min, int max)
        {
            if (value < min || value > max) errors.Add($"things:{key} is {value}: give {min} to {max}.");
        }
    }
}

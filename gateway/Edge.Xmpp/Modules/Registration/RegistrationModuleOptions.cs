using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Registration;

/// <summary>Section <c>xmpp:registration</c>: what clients may do with accounts in-band (XEP-0077).</summary>
public sealed class RegistrationModuleOptions
{
    /// <summary>Lets programs make accounts with a registration key, by a signed form. It is offered only while a key is good.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Lets owners of accounts change their password from a client.</summary>
    public bool PasswordChange { get; set; } = true;

    /// <summary>Lets owners of accounts remove them, with everything that is kept for them, from a client.</summary>
    public bool Removal { get; set; } = true;

    /// <summary>Seconds by which a client's clock may differ that signs a form (10 to 86400). Five minutes: a device's clock is set when it starts, or not at all.</summary>
    public int ClockToleranceSeconds { get; set; } = 300;

    /// <summary>How many signatures are remembered, so that none is taken twice while its time is near (100 to 1000000). More registrations than that within
    /// the tolerance are refused until some are forgotten. 10,000 take a megabyte.</summary>
    public int MaxRemembered { get; set; } = 10_000;
}

internal sealed class RegistrationModuleOptionsValidator : IValidateOptions<RegistrationModuleOptions>
{
    public ValidateOptionsResult Validate(string? name, RegistrationModuleOptions options) => new OptionErrors("xmpp:registration")
        .Range("clockToleranceSeconds", options.ClockToleranceSeconds, 10, 86_400)
        .Range("maxRemembered", options.MaxRemembered, 100, 1_000_000)
        .Result;
}

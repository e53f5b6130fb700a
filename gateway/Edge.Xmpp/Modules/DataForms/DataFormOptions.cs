using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.DataForms;

/// <summary>What a form of a peer may hold; section <c>xmpp:dataForms</c>.</summary>
public sealed class DataFormOptions
{
    /// <summary>Fields of one form, those of its table included. Forms that people fill in have a dozen.</summary>
    public int MaxFields { get; set; } = 200;

    /// <summary>Values, or options, of one field.</summary>
    public int MaxValuesPerField { get; set; } = 200;

    /// <summary>One value, in characters: a text of some pages.</summary>
    public int MaxValueLength { get; set; } = 16_384;
}

/// <summary>Checks <see cref="DataFormOptions"/>.</summary>
internal sealed class DataFormOptionsValidator : IValidateOptions<DataFormOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, DataFormOptions options) => new OptionErrors("xmpp:dataForms")
        .Range("maxFields", options.MaxFields, 1, 10_000)
        .Range("maxValuesPerField", options.MaxValuesPerField, 1, 10_000)
        .Range("maxValueLength", options.MaxValueLength, 64, 1024 * 1024)
        .Result;
}

using System.Globalization;
using System.Text.RegularExpressions;

using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>Finds all that is wrong with the bridges.</summary>
internal sealed partial class BridgeOptionsValidator : IValidateOptions<BridgesOptions>
{
    public ValidateOptionsResult Validate(string? name, BridgesOptions options)
    {
        var errors = new OptionErrors("mqtt:bridges");
        foreach (var (bridge, settings) in options) Check(errors, bridge, settings);
        return errors.Result;
    }

    private static void Check(OptionErrors errors, string name, BridgeOptions options)
    {
        var key = $"mqtt:bridges:{name}";
        if (!NameRule().IsMatch(name)) errors.Add($"{key}: a bridge's name has 1 to 32 letters, digits and dashes; it is part of a topic.");
        if (options.Host.Length == 0) errors.Add($"{key}:host is missing: give the other broker's name or address.");
        if (options.Version is not ("5.0" or "3.1.1")) errors.Add($"{key}:version is '{options.Version}': give 5.0 or 3.1.1.");
        if (options.Password.Length > 0 && options.PasswordFile.Length > 0) errors.Add($"{key}:password and {key}:passwordFile are both given: give one.");
        if (options.KeyFile.Length > 0 != options.CertificateFile.Length > 0) errors.Add($"{key}:certificateFile and {key}:keyFile belong together: give both.");
        if (!options.Tls && options.CaFile.Length + options.CertificateFile.Length > 0) errors.Add($"{key}:tls is false, but certificates are given: set it to true.");
        CheckFile(errors, $"{key}:caFile", options.CaFile);
        CheckFile(errors, $"{key}:certificateFile", options.CertificateFile);
        CheckFile(errors, $"{key}:keyFile", options.KeyFile);
        CheckFile(errors, $"{key}:passwordFile", options.PasswordFile);
        CheckTopics(errors, key, options);
        errors
            .Range($"{name}:port", options.Port, 0, 65_535)
            .Range($"{name}:keepAliveSeconds", options.KeepAliveSeconds, 5, 65_535)
            .Range($"{name}:maxInFlight", options.MaxInFlight, 1, 1000)
            .Range($"{name}:maxPacketBytes", options.MaxPacketBytes, 256, 268_435_455)
            .Range($"{name}:maxRetrySeconds", options.MaxRetrySeconds, 1, 86_400)
            .Range($"{name}:maxMegabytes", options.MaxMegabytes, 1, 4096)
            .Range($"{name}:maxMessages", options.MaxMessages, 1, 50_000);
        if (options.KeepHours is not (>= 0.01 and <= 8760))
            errors.Add($"{key}:keepHours is {options.KeepHours.ToString(CultureInfo.InvariantCulture)}: give 0.01 to 8760.");
    }

    private static void CheckTopics(OptionErrors errors, string key, BridgeOptions options)
    {
        if (options.Topics.Count == 0) errors.Add($"{key}:topics is empty: give a line such as \"sensors/# out 1\".");
        for (var i = 0; i < options.Topics.Count; i++)
            if (TopicLine.TryParse(options.Topics[i], out var error) is null) errors.Add($"{key}:topics:{i} is '{options.Topics[i]}': {error}.");
    }

    private static void CheckFile(OptionErrors errors, string key, string path)
    {
        if (path.Length > 0 && !File.Exists(path)) errors.Add($"{key} is '{path}': there is no such file.");
    }

    [GeneratedRegex("^[A-Za-z0-9-]{1,32}$")]
    private static partial Regex NameRule();
}

namespace Edge.Identity.Tokens.Foreign;

/// <summary>Where a foreign issuer's key set comes from: its server, or a file.</summary>
internal sealed class KeySource(IssuerOptions options, ForeignHttp http)
{
    /// <summary>The place, for the log.</summary>
    public string Place => options.JwksFile.Length > 0 ? options.JwksFile : options.JwksUri;

    /// <summary>Fetches the set; never throws for what the other side does.</summary>
    public async Task<(VerificationKeys? Keys, string? Fault)> FetchAsync()
    {
        var (bytes, fault) = options.JwksFile.Length > 0 ? await ReadFileAsync().ConfigureAwait(false) : await AskAsync().ConfigureAwait(false);
        if (bytes is null) return (null, fault);

        return VerificationKeys.Read(bytes) switch
        {
            null => (null, "what it has is no JSON Web Key Set"),
            { Count: 0 } => (null, $"none of its keys is of use: {string.Join(", ", VerificationKey.Algorithms)} are checked"),
            var keys => (keys, null),
        };
    }

    private async Task<ForeignAnswer> AskAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, options.JwksUri);
        request.Headers.Accept.ParseAdd("application/jwk-set+json, application/json");
        return await http.SendAsync(request, options.MaxJwksBytes, TimeSpan.FromSeconds(options.TimeoutSeconds), CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<ForeignAnswer> ReadFileAsync()
    {
        try
        {
            var file = new FileStream(options.JwksFile, FileMode.Open, FileAccess.Read, FileShare.Read);
            await using (file.ConfigureAwait(false))
                return await ForeignHttp.ReadAsync(file, options.MaxJwksBytes, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new(null, error.Message);
        }
    }
}

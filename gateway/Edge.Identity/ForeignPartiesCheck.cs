using Edge.Identity.Tokens.Foreign;
using Edge.Identity.Tokens.Introspection;

namespace Edge.Identity;

/// <summary>Checks <c>identity:issuers</c> and <c>identity:introspection</c>: a fault here would let strangers in.</summary>
internal static class ForeignPartiesCheck
{
    /// <summary>Adds what is wrong.</summary>
    public static void AddErrors(IdentityOptions options, List<string> errors)
    {
        for (var i = 0; i < options.Issuers.Count; i++) Check(new($"identity:issuers:{i}", errors), options.Issuers[i], options);
        for (var i = 0; i < options.Introspection.Count; i++) Check(new($"identity:introspection:{i}", errors), options.Introspection[i]);

        foreach (var twice in Twice(options.Issuers.Select(i => i.Issuer)))
            errors.Add($"identity:issuers has two entries with the issuer {twice}: keep one.");
        foreach (var twice in Twice(options.Introspection.Select(e => e.UserName)))
            errors.Add($"identity:introspection has two entries with the userName {twice}: give each its own, since it chooses between them.");
        foreach (var twice in Twice(options.Issuers.Select(i => i.Name).Concat(options.Introspection.Select(e => e.Name))))
            errors.Add($"identity:issuers and identity:introspection have two entries with the name {twice}: give each its own, since their subjects begin with it.");
    }

    private static IEnumerable<string> Twice(IEnumerable<string> values) =>
        values.Where(v => v.Length > 0).GroupBy(v => v, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key);

    private static void Check(Entry entry, IssuerOptions issuer, IdentityOptions options)
    {
        entry.Name(issuer.Name);
        if (issuer.Issuer.Length == 0) entry.Add("issuer", "is empty: give the iss claim of its tokens.");
        if (issuer.Issuer == options.Issuer) entry.Add("issuer", "is identity:issuer: nobody else may make this gateway's own tokens.");
        if (issuer.Audience.Length == 0) entry.Add("audience", "is empty: give what its tokens for this gateway have as aud.");
        if (issuer.JwksUri.Length > 0 == issuer.JwksFile.Length > 0) entry.Add("jwksUri", "or jwksFile is needed: give one of the two.");
        if (issuer.JwksUri.Length > 0) entry.Uri("jwksUri", issuer.JwksUri);
        foreach (var algorithm in issuer.Algorithms.Where(a => !VerificationKey.Algorithms.Contains(a, StringComparer.Ordinal)))
            entry.Add("algorithms", $"has {algorithm}: give {string.Join(", ", VerificationKey.Algorithms)}, or leave it out for all of them.");
        if (issuer.SubjectClaim.Length == 0) entry.Add("subjectClaim", "is empty: give the claim that says who it is, such as sub.");
        entry.Range("cacheMinutes", issuer.CacheMinutes, 1, 10_080);
        entry.Range("keepMinutes", issuer.KeepMinutes, Math.Max(1, issuer.CacheMinutes), 10_080);
        entry.Range("refreshSeconds", issuer.RefreshSeconds, 1, 3600);
        entry.Range("timeoutSeconds", issuer.TimeoutSeconds, 1, 60);
        entry.Range("maxJwksBytes", issuer.MaxJwksBytes, 1024, 1_048_576);
        entry.Range("maxTokenBytes", issuer.MaxTokenBytes, 256, 65_536);
        entry.Range("clockToleranceSeconds", issuer.ClockToleranceSeconds ?? 0, 0, 600);
    }

    private static void Check(Entry entry, IntrospectionOptions endpoint)
    {
        entry.Name(endpoint.Name);
        entry.Uri("endpoint", endpoint.Endpoint);
        if (endpoint.ClientId.Length == 0) entry.Add("clientId", "is empty: give who this gateway is at the endpoint.");
        if (endpoint.ClientSecretFile.Length > 0 == endpoint.ClientSecretVariable.Length > 0)
            entry.Add("clientSecretFile", "or clientSecretVariable is needed: give one of the two.");
        if (endpoint.UserName.Length == 0) entry.Add("userName", "is empty: give the user name beside which a password is a token, such as token.");
        entry.Range("timeoutSeconds", endpoint.TimeoutSeconds, 1, 60);
        entry.Range("cacheSeconds", endpoint.CacheSeconds, 1, 3600);
        entry.Range("negativeCacheSeconds", endpoint.NegativeCacheSeconds, 0, 3600);
        entry.Range("keepSeconds", endpoint.KeepSeconds, 0, 86_400);
        entry.Range("maxConcurrent", endpoint.MaxConcurrent, 1, 256);
        entry.Range("maxTokenBytes", endpoint.MaxTokenBytes, 16, 65_536);
        entry.Range("maxAnswerBytes", endpoint.MaxAnswerBytes, 1024, 1_048_576);
    }

    private readonly record struct Entry(string Path, List<string> Errors)
    {
        public void Add(string key, string text) => Errors.Add($"{Path}:{key} {text}");

        public void Range(string key, int value, int least, int most)
        {
            if (value < least || value > most) Errors.Add($"{Path}:{key} is {value}: give {least} to {most}.");
        }

        public void Uri(string key, string uri)
        {
            if (!ForeignHttp.IsSafe(uri)) Add(key, $"is '{uri}': give an https URI without user and password (http only for this machine), since whoever can change the answer decides who gets in.");
        }

        public void Name(string name)
        {
            if (name.Length is 0 or > 32 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
                Add("name", $"is '{name}': give 1 to 32 of a-z, 0-9 and -.");
        }
    }
}

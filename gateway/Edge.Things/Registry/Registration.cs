using System.Text.Json.Serialization;

namespace Edge.Things.Registry;

/// <summary>A stored record: the thing as everybody may see it, and the key it can be claimed with, while it has one.</summary>
internal sealed record Registration(Thing Thing, ClaimKey? Key)
{
    /// <summary>What a claim is compared with, besides the key.</summary>
    [JsonIgnore]
    public string Fingerprint => TagSet.Fingerprint(Thing.Tags);
}

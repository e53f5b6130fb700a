#nullable enable
namespace System.Security.Cryptography.X509Certificates;

/// <summary>nanoFramework's certificate, made of its PEM text; .NET's has no such constructor.</summary>
internal sealed class X509Certificate(string certificate)
{
    /// <summary>The PEM text.</summary>
    public string Pem { get; } = certificate;
}

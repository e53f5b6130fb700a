using System.Net;

using QRCoder;

namespace Edge.Gateway.Demo;

/// <summary>QR codes for the terminal, and the sticker as an SVG file.</summary>
internal static class QrCodes
{
    private const int PixelsPerModule = 4;

    /// <summary>A QR code in half blocks: two modules a character, so that it is square and fits a terminal.</summary>
    public static string ForTerminal(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        using var code = new AsciiQRCode(data);
        return code.GetGraphicSmall();
    }

    /// <summary>A sticker with two codes: the portal's address for any phone's camera, and the <c>iotdisco:</c> URI for programs; below them
    /// the claim as readable text, for whoever has to type it.</summary>
    public static string Sticker(string name, string claim, string address)
    {
        var (phone, size) = Code(address);
        var (program, programSize) = Code(claim);
        var side = Math.Max(size, programSize);
        var lines = Wrap(claim, (side * 2) / 8).ToList();
        var height = side + 60 + (lines.Count * 14);
        var text = string.Concat(lines.Select((line, i) => $"""<text x="16" y="{side + 58 + (i * 14)}" font-size="11">{WebUtility.HtmlEncode(line)}</text>"""));
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{(side * 2) + 16}" height="{height}" font-family="monospace">
              <title>{WebUtility.HtmlEncode(name)}</title>
              <rect width="100%" height="100%" fill="white"/>
              <text x="16" y="20" font-size="15" font-weight="bold">{WebUtility.HtmlEncode(name)}</text>
              <g transform="translate(0 24)">{phone}</g>
              <g transform="translate({side + 16} 24)">{program}</g>
              <text x="16" y="{side + 38}" font-size="11">camera: claim in the portal</text>
              <text x="{side + 32}" y="{side + 38}" font-size="11">program: iotdisco</text>
              {text}
            </svg>

            """;
    }

    private static (string Svg, int Size) Code(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return (code.GetGraphic(PixelsPerModule), data.ModuleMatrix.Count * PixelsPerModule);
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        for (var at = 0; at < text.Length; at += width) yield return text.Substring(at, Math.Min(width, text.Length - at));
    }
}

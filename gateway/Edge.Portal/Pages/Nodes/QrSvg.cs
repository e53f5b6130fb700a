using System.Globalization;
using System.Text;
using QRCoder;

namespace Edge.Portal.Pages.Nodes;

/// <summary>Draws a QR code as the path data of an SVG: one square a module, with the quiet zone of four that the standard asks for (ISO/IEC 18004).</summary>
internal sealed record QrSvg(int Size, string Path)
{
    private const int QuietZone = 4;

    /// <summary>Draws <paramref name="text"/>; with medium error correction, since stickers get scratched.</summary>
    public static QrSvg Of(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var modules = data.ModuleMatrix;
        // The generator's matrix has its own quiet zone of four.
        var path = new StringBuilder();
        for (var y = QuietZone; y < modules.Count - QuietZone; y++)
        {
            for (var x = QuietZone; x < modules.Count - QuietZone; x++)
            {
                if (!modules[y][x]) continue;

                var start = x;
                while (x + 1 < modules.Count - QuietZone && modules[y][x + 1]) x++;
                path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start + 1}v1H{start}z");
            }
        }

        return new(modules.Count, path.ToString());
    }
}

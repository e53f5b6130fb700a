using Spectre.Console;

namespace Edge.Gateway.Demo;

/// <summary>
/// What a person sees: lines of the story, and below them one line that shows the node's LED as it is now. All of it goes to standard
/// error. Where that is no terminal, the LED line is left out.
/// </summary>
internal sealed class Terminal
{
    private const string ClearLine = "\r\u001b[2K";
    private const int FileWidth = 1000; // a file has no edge to wrap at

    private readonly Lock _lock = new();
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Console.Error),
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        ColorSystem = Console.IsErrorRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
    });

    private readonly bool _isLive;
    private string _led = "";

    /// <summary>A terminal that draws the LED only where <see cref="Console.Error"/> is one.</summary>
    public Terminal()
    {
        _isLive = !Console.IsErrorRedirected && _console.Profile.Capabilities.Ansi;
        if (Console.IsErrorRedirected) _console.Profile.Width = FileWidth;
    }

    /// <summary>A line of the story; square brackets are Spectre markup.</summary>
    public void Say(string markup)
    {
        lock (_lock)
        {
            Erase();
            _console.MarkupLine(markup);
            Draw();
        }
    }

    /// <summary>Text as it is, such as a QR code.</summary>
    public void Print(string text)
    {
        lock (_lock)
        {
            Erase();
            Console.Error.WriteLine(text);
            Draw();
        }
    }

    /// <summary>Shows the LED and what its pattern means.</summary>
    public void ShowLed(bool on, string pattern)
    {
        lock (_lock)
        {
            _led = $"{(on ? "[yellow1]●[/]" : "[grey35]●[/]")} [grey]node LED: {Markup.Escape(pattern)}[/]";
            Erase();
            Draw();
        }
    }

    /// <summary>Leaves the terminal as it was found.</summary>
    public void Close()
    {
        lock (_lock)
        {
            Erase();
            _led = "";
        }
    }

    private void Erase()
    {
        if (_isLive && _led.Length > 0) Console.Error.Write(ClearLine);
    }

    private void Draw()
    {
        if (_isLive && _led.Length > 0) _console.Markup(_led);
    }
}

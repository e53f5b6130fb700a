using System.Xml.Linq;

using Edge.Things;
using Edge.Transport;

using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.Modules.Reporting;

/// <summary>Writes reports that come with a block into the log, and counts them.</summary>
internal sealed partial class BlockReports(XmppMetrics metrics, TimeProvider clock, ILogger<BlockReports> logger) : IBlockObserver
{
    private readonly LogThrottle _throttle = new(clock);

    public void Blocked(Jid account, Jid blocked, XElement item)
    {
        if (ReportText.Find(item) is not { } report) return;

        metrics.Reported(report.Reason);
        if (_throttle.TryTake(account.ToString(), out var leftOut)) LogReport(account.ToString(), blocked.ToString(), report.Reason, report.Text, leftOut);
    }

    [LoggerMessage(EventId = 3410, Level = LogLevel.Warning, Message = "{Account} blocks {Address} and reports {Reason}: '{Text}' ({LeftOut} reports were left out before)")]
    private partial void LogReport(string account, string address, string reason, string text, long leftOut);
}

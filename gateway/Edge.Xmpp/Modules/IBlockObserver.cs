using System.Xml.Linq;

using Edge.Things;

namespace Edge.Xmpp.Modules;

/// <summary>Hears of addresses that accounts begin to block (XEP-0191). Found through the container.</summary>
internal interface IBlockObserver
{
    /// <summary>It is blocked from now on.</summary>
    /// <param name="account">Who blocks.</param>
    /// <param name="blocked">Whom.</param>
    /// <param name="item">The request's item, with whatever came in it beside the address.</param>
    void Blocked(Jid account, Jid blocked, XElement item);
}

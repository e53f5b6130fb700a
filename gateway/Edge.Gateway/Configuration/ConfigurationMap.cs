using Edge.FieldBus.Modbus;
using Edge.Gateway.Telemetry;
using Edge.Identity;
using Edge.Identity.Pending;
using Edge.Identity.Registration;
using Edge.Mqtt;
using Edge.Mqtt.Features.Authentication;
using Edge.Mqtt.Features.Authorization;
using Edge.Mqtt.Features.Bridge;
using Edge.Mqtt.Features.KeepAlive;
using Edge.Mqtt.Features.NodeProtocol;
using Edge.Mqtt.Features.RateLimit;
using Edge.Mqtt.Features.Retained;
using Edge.Mqtt.Features.SysTopics;
using Edge.Mqtt.WebSockets;
using Edge.Portal;
using Edge.Storage;
using Edge.Storage.Log;
using Edge.Things;
using Edge.Transport.Sockets;
using Edge.Transport.Tls;
using Edge.Xmpp;
using Edge.Xmpp.Bosh;
using Edge.Xmpp.External;
using Edge.Xmpp.HostMeta;
using Edge.Xmpp.Modules.Blocking;
using Edge.Xmpp.Modules.ClientState;
using Edge.Xmpp.Modules.Components;
using Edge.Xmpp.Modules.ContactAddresses;
using Edge.Xmpp.Modules.DataForms;
using Edge.Xmpp.Modules.Iot;
using Edge.Xmpp.Modules.OfflineMessages;
using Edge.Xmpp.Modules.PrivateStorage;
using Edge.Xmpp.Modules.Provisioning;
using Edge.Xmpp.Modules.Registration;
using Edge.Xmpp.Modules.SensorData;
using Edge.Xmpp.Modules.StreamManagement;
using Edge.Xmpp.Modules.ThingRegistry;
using Edge.Xmpp.Modules.VCard;
using Edge.Xmpp.Modules.Version;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Sessions.Sasl;
using Edge.Xmpp.Tracing;
using Edge.Xmpp.WebSockets;

namespace Edge.Gateway.Configuration;

/// <summary>Which section holds which options: what is not here is not a setting.</summary>
internal static class ConfigurationMap
{
    private static readonly Dictionary<string, Type> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gateway"] = typeof(GatewayOptions),
        ["listeners"] = typeof(ListenersOptions),
        ["storage"] = typeof(StorageOptions),
        ["storage:log"] = typeof(LogOptions),
        ["tls"] = typeof(LocalCertificateOptions),
        ["transport"] = typeof(SocketOptions),
        ["identity"] = typeof(IdentityOptions),
        ["identity:pending"] = typeof(PendingOptions),
        ["identity:registration"] = typeof(RegistrationOptions),
        ["things"] = typeof(ThingsOptions),
        ["mqtt"] = typeof(MqttOptions),
        ["mqtt:authentication"] = typeof(AuthenticationOptions),
        ["mqtt:authorization"] = typeof(AuthorizationOptions),
        ["mqtt:bridges"] = typeof(BridgesOptions),
        ["mqtt:keepAlive"] = typeof(KeepAliveOptions),
        ["mqtt:nodeProtocol"] = typeof(NodeProtocolOptions),
        ["mqtt:rateLimit"] = typeof(RateLimitOptions),
        ["mqtt:retained"] = typeof(RetainedOptions),
        ["mqtt:webSocket"] = typeof(MqttWebSocketOptions),
        ["mqtt:sysTopics"] = typeof(SysTopicsOptions),
        ["xmpp"] = typeof(XmppOptions),
        ["xmpp:clientState"] = typeof(ClientStateOptions),
        ["xmpp:blocking"] = typeof(BlockingOptions),
        ["xmpp:components"] = typeof(ComponentsOptions),
        ["xmpp:offlineMessages"] = typeof(OfflineOptions),
        ["xmpp:contactAddresses"] = typeof(ContactAddressesOptions),
        ["xmpp:dataForms"] = typeof(DataFormOptions),
        ["xmpp:hostMeta"] = typeof(HostMetaOptions),
        ["xmpp:bosh"] = typeof(BoshOptions),
        ["xmpp:webSocket"] = typeof(XmppWebSocketOptions),
        ["xmpp:registration"] = typeof(RegistrationModuleOptions),
        ["xmpp:sasl"] = typeof(SaslOptions),
        ["xmpp:external"] = typeof(ExternalOptions),
        ["xmpp:iot"] = typeof(IotOptions),
        ["xmpp:privateStorage"] = typeof(PrivateStorageOptions),
        ["xmpp:sensorData"] = typeof(SensorDataOptions),
        ["xmpp:provisioning"] = typeof(ProvisioningOptions),
        ["xmpp:streamManagement"] = typeof(StreamManagementOptions),
        ["xmpp:thingRegistry"] = typeof(ThingRegistryOptions),
        ["xmpp:trace"] = typeof(TraceOptions),
        ["xmpp:vCard"] = typeof(VCardOptions),
        ["xmpp:version"] = typeof(VersionOptions),
        ["xmpp:roster"] = typeof(RosterOptions),
        ["fieldbus:modbus"] = typeof(ModbusOptions),
        ["portal"] = typeof(PortalOptions),
        ["metrics"] = typeof(MetricsOptions),
    };

    /// <summary>Every section, for a test that binds them all.</summary>
    public static IReadOnlyDictionary<string, Type> All => Types;

    /// <summary>The options class of a section; null for one that only holds other sections.</summary>
    public static Type? TypeOf(string path) => Types.GetValueOrDefault(path);

    /// <summary>The sections directly below a path (the empty path: the top).</summary>
    public static IEnumerable<string> SectionsBelow(string path)
    {
        var prefix = path.Length == 0 ? "" : path + ":";
        return Types.Keys.Where(k => k.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && k.Length > prefix.Length)
            .Select(k => k[prefix.Length..].Split(':')[0])
            .Distinct(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>A property name as it is written in the file.</summary>
    public static string CamelCase(string name) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name);
}

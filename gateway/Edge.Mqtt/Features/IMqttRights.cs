namespace Edge.Mqtt.Features;

/// <summary>What sessions may do is asked once and remembered; whoever changes the rules says so here.</summary>
public interface IMqttRights
{
    /// <summary>From now on <see cref="IMqttFeature.RefusalOfPublish"/> and <see cref="IMqttFeature.MayDeliver"/> are asked anew.</summary>
    void Changed();
}

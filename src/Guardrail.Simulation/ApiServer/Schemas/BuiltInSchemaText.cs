namespace Guardrail.Simulation.ApiServer;

/// <summary>The fields of the built-in kinds, in a short notation that <see cref="SchemaNotation"/> reads.</summary>
/// <remarks>
/// <c>s i n b</c> string, integer, number, boolean; <c>is</c> integer or string; <c>any</c> anything; <c>T[]</c> list that is one value;
/// <c>T[key]</c> list merged by key; <c>s[=]</c> set; <c>T{}</c> map; <c>T!</c> one value for owners. A name that ends in <c>...</c>
/// keeps fields that are not described.
/// </remarks>
internal static class BuiltInSchemaText
{
    public const string Meta =
        """
        ObjectMeta: name:s generateName:s namespace:s uid:s resourceVersion:s generation:i creationTimestamp:s deletionTimestamp:s
          deletionGracePeriodSeconds:i labels:s{} annotations:s{} ownerReferences:OwnerReference[uid] finalizers:s[=] managedFields:any[]
          selfLink:s
        OwnerReference: apiVersion:s kind:s name:s uid:s controller:b blockOwnerDeletion:b
        LabelSelector: matchLabels:s{} matchExpressions:LabelSelectorRequirement[]
        LabelSelectorRequirement: key:s operator:s values:s[]
        Condition...: type:s status:s observedGeneration:i lastProbeTime:s lastUpdateTime:s lastHeartbeatTime:s lastTransitionTime:s
          reason:s message:s
        ObjectReference: kind:s namespace:s name:s uid:s apiVersion:s resourceVersion:s fieldPath:s
        """;

    public const string Pods =
        """
        PodTemplateSpec: metadata:ObjectMeta spec:PodSpec
        PodSpec: volumes:Volume[name] initContainers:Container[name] containers:Container[name] ephemeralContainers:EphemeralContainer[name]
          restartPolicy:s terminationGracePeriodSeconds:i activeDeadlineSeconds:i dnsPolicy:s nodeSelector:s{}! serviceAccountName:s
          serviceAccount:s automountServiceAccountToken:b nodeName:s hostNetwork:b hostPID:b hostIPC:b shareProcessNamespace:b
          securityContext:PodSecurityContext imagePullSecrets:LocalObjectReference[name] hostname:s subdomain:s affinity:any schedulerName:s
          tolerations:any[] hostAliases:HostAlias[ip] priorityClassName:s priority:i dnsConfig:any readinessGates:any[]
          runtimeClassName:s enableServiceLinks:b preemptionPolicy:s overhead:any
          topologySpreadConstraints:TopologySpreadConstraint[topologyKey,whenUnsatisfiable] setHostnameAsFQDN:b os:any hostUsers:b
          schedulingGates:NamedItem[name] resourceClaims:NamedItem[name] resources:any hostnameOverride:s
        PodSecurityContext...: runAsUser:i runAsGroup:i runAsNonRoot:b fsGroup:i
        LocalObjectReference: name:s
        NamedItem...: name:s
        HostAlias: ip:s hostnames:s[]
        TopologySpreadConstraint...: topologyKey:s whenUnsatisfiable:s
        Volume...: name:s
        Container: name:s image:s command:s[] args:s[] workingDir:s ports:ContainerPort[containerPort,protocol] envFrom:any[] env:EnvVar[name]
          resources:ResourceRequirements resizePolicy:any[] restartPolicy:s restartPolicyRules:any[] volumeMounts:VolumeMount[mountPath]
          volumeDevices:VolumeDevice[devicePath] livenessProbe:any readinessProbe:any startupProbe:any lifecycle:any
          terminationMessagePath:s terminationMessagePolicy:s imagePullPolicy:s securityContext:any stdin:b stdinOnce:b tty:b
        EphemeralContainer...: name:s image:s targetContainerName:s
        ResourceRequirements: limits:is{} requests:is{} claims:NamedItem[name]
        ContainerPort: name:s hostPort:i containerPort:i protocol:s hostIP:s
        EnvVar: name:s value:s valueFrom:any
        VolumeMount: name:s readOnly:b recursiveReadOnly:s mountPath:s subPath:s mountPropagation:s subPathExpr:s
        VolumeDevice: name:s devicePath:s
        Pod: apiVersion:s kind:s metadata:ObjectMeta spec:PodSpec status:PodStatus
        PodStatus...: phase:s conditions:Condition[type] message:s reason:s hostIP:s podIP:s podIPs:PodIP[ip] hostIPs:PodIP[ip] startTime:s
          containerStatuses:any[] initContainerStatuses:any[] qosClass:s
        PodIP: ip:s
        """;

    public const string Apps =
        """
        Deployment: apiVersion:s kind:s metadata:ObjectMeta spec:DeploymentSpec status:DeploymentStatus
        DeploymentSpec: replicas:i selector:LabelSelector! template:PodTemplateSpec strategy:DeploymentStrategy minReadySeconds:i
          revisionHistoryLimit:i paused:b progressDeadlineSeconds:i
        DeploymentStrategy: type:s rollingUpdate:RollingUpdateDeployment
        RollingUpdateDeployment: maxUnavailable:is maxSurge:is
        DeploymentStatus: observedGeneration:i replicas:i updatedReplicas:i readyReplicas:i availableReplicas:i unavailableReplicas:i
          terminatingReplicas:i conditions:Condition[type] collisionCount:i
        ReplicaSet: apiVersion:s kind:s metadata:ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus
        ReplicaSetSpec: replicas:i minReadySeconds:i selector:LabelSelector! template:PodTemplateSpec
        ReplicaSetStatus: replicas:i fullyLabeledReplicas:i readyReplicas:i availableReplicas:i terminatingReplicas:i observedGeneration:i
          conditions:Condition[type]
        StatefulSet: apiVersion:s kind:s metadata:ObjectMeta spec:StatefulSetSpec status:StatefulSetStatus
        StatefulSetSpec: replicas:i selector:LabelSelector! template:PodTemplateSpec volumeClaimTemplates:any[] serviceName:s
          podManagementPolicy:s updateStrategy:StatefulSetUpdateStrategy revisionHistoryLimit:i minReadySeconds:i
          persistentVolumeClaimRetentionPolicy:ClaimPolicy ordinals:any
        ClaimPolicy: whenDeleted:s whenScaled:s
        StatefulSetUpdateStrategy: type:s rollingUpdate:RollingUpdateStatefulSet
        RollingUpdateStatefulSet: partition:i maxUnavailable:is
        StatefulSetStatus: observedGeneration:i replicas:i readyReplicas:i currentReplicas:i updatedReplicas:i currentRevision:s
          updateRevision:s collisionCount:i conditions:Condition[type] availableReplicas:i
        DaemonSet: apiVersion:s kind:s metadata:ObjectMeta spec:DaemonSetSpec status:DaemonSetStatus
        DaemonSetSpec: selector:LabelSelector! template:PodTemplateSpec updateStrategy:DaemonSetUpdateStrategy minReadySeconds:i
          revisionHistoryLimit:i
        DaemonSetUpdateStrategy: type:s rollingUpdate:RollingUpdateDaemonSet
        RollingUpdateDaemonSet: maxUnavailable:is maxSurge:is
        DaemonSetStatus: currentNumberScheduled:i numberMisscheduled:i desiredNumberScheduled:i numberReady:i observedGeneration:i
          updatedNumberScheduled:i numberAvailable:i numberUnavailable:i collisionCount:i conditions:Condition[type]
        ControllerRevision: apiVersion:s kind:s metadata:ObjectMeta data:any revision:i
        """;

    public const string Others =
        """
        ConfigMap: apiVersion:s kind:s metadata:ObjectMeta immutable:b data:s{} binaryData:s{}
        Secret: apiVersion:s kind:s metadata:ObjectMeta immutable:b data:s{} stringData:s{} type:s
        ServiceAccount: apiVersion:s kind:s metadata:ObjectMeta secrets:ObjectReference[name] imagePullSecrets:LocalObjectReference[]
          automountServiceAccountToken:b
        Namespace: apiVersion:s kind:s metadata:ObjectMeta spec:NamespaceSpec status:NamespaceStatus
        NamespaceSpec: finalizers:s[]
        NamespaceStatus: phase:s conditions:Condition[type]
        Node: apiVersion:s kind:s metadata:ObjectMeta spec:NodeSpec status:NodeStatus
        NodeSpec...: podCIDR:s providerID:s unschedulable:b taints:any[]
        NodeStatus...: conditions:Condition[type] addresses:any[] nodeInfo:any capacity:is{} allocatable:is{}
        Service: apiVersion:s kind:s metadata:ObjectMeta spec:ServiceSpec status:any
        ServiceSpec...: ports:ServicePort[port,protocol] selector:s{}! clusterIP:s type:s
        ServicePort: name:s protocol:s appProtocol:s port:i targetPort:is nodePort:i
        Event: apiVersion:s kind:s metadata:ObjectMeta involvedObject:ObjectReference reason:s message:s source:EventSource firstTimestamp:s
          lastTimestamp:s count:i type:s eventTime:s series:EventSeries action:s related:ObjectReference reportingComponent:s
          reportingInstance:s
        EventSource: component:s host:s
        EventSeries: count:i lastObservedTime:s
        Lease: apiVersion:s kind:s metadata:ObjectMeta spec:LeaseSpec
        LeaseSpec: holderIdentity:s leaseDurationSeconds:i acquireTime:s renewTime:s leaseTransitions:i strategy:s preferredHolder:s
        PodDisruptionBudget: apiVersion:s kind:s metadata:ObjectMeta spec:any status:any
        Scale: apiVersion:s kind:s metadata:ObjectMeta spec:ScaleSpec status:any
        ScaleSpec: replicas:i
        """;
}

using System.Globalization;
using System.Text;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Cli.Sidecar;

/// <summary>The YAML that is added to a manifest.</summary>
internal static class SidecarParts
{
    /// <summary>The container, and what else the pod spec needs, as lines that follow the last item of a list of containers.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="options">What is added.</param>
    /// <param name="dash">Column of the list's dashes, from 0.</param>
    public static string Container(InjectedWorkload workload, InjectOptions options, int dash)
    {
        var yaml = new StringBuilder();
        if (options.Native && workload.InitContainers is null)
        {
            dash = workload.KeyColumn;
            yaml.Append(' ', dash).Append("initContainers:\n");
        }

        var restart = options.Native ? "\n  restartPolicy: Always" : "";
        var records = options.Records ? "auto" : "off";
        var container = string.Create(CultureInfo.InvariantCulture, $"""
            - name: {InjectedWorkload.ContainerName}
              image: "{options.Image}"{restart}
              args: [run, --mode, sidecar, --autonomy, {options.Autonomy}, --records, "{records}", --listen, "*:{options.Port}", --log-format, json]
              env:
              - name: POD_NAME
                valueFrom:
                  fieldRef:
                    fieldPath: metadata.name
              - name: POD_NAMESPACE
                valueFrom:
                  fieldRef:
                    fieldPath: metadata.namespace
              ports:
              - name: guardrail-http
                containerPort: {options.Port}
              livenessProbe:
                httpGet:
                  path: /healthz
                  port: {options.Port}
                initialDelaySeconds: 30
                periodSeconds: 20
                timeoutSeconds: 5
                failureThreshold: 6
              resources:
                requests:
                  cpu: 20m
                  memory: 128Mi
                limits:
                  memory: 384Mi
              securityContext:
                runAsNonRoot: true
                runAsUser: 65532
                runAsGroup: 65532
                readOnlyRootFilesystem: true
                allowPrivilegeEscalation: false
                capabilities:
                  drop: [ALL]
                seccompProfile:
                  type: RuntimeDefault
            """).ReplaceLineEndings("\n");
        foreach (var line in container.Split('\n'))
        {
            yaml.Append(' ', dash).Append(line).Append('\n');
        }

        if (workload.ServiceAccount is null)
        {
            yaml.Append(' ', workload.KeyColumn).Append("serviceAccountName: ").Append(Account(workload)).Append('\n');
        }

        return yaml.ToString();
    }

    /// <summary>ServiceAccount (unless the workload has one), Role and RoleBinding, each a document.</summary>
    public static string Rights(InjectedWorkload workload, InjectOptions options)
    {
        var yaml = new StringBuilder();
        var name = Account(workload);
        if (workload.ServiceAccount is null)
        {
            Begin(yaml, "v1", "ServiceAccount", name, workload.Namespace);
        }

        Begin(yaml, "rbac.authorization.k8s.io/v1", "Role", name, workload.Namespace).Append("rules:\n");
        foreach (var rule in SidecarRole.Rules(workload.Kind, workload.Name, options.Autonomy, options.Records))
        {
            yaml.Append("- apiGroups: [\"").Append(rule.Group).Append("\"]\n  resources: [\"").Append(rule.Resource).Append("\"]\n");
            if (rule.Names.Count > 0)
            {
                yaml.Append("  resourceNames: [\"").AppendJoin("\", \"", rule.Names).Append("\"]\n");
            }

            yaml.Append("  verbs: [\"").AppendJoin("\", \"", rule.Verbs).Append("\"]\n");
        }

        Begin(yaml, "rbac.authorization.k8s.io/v1", "RoleBinding", name, workload.Namespace);
        return yaml.Append($"""
            roleRef:
              apiGroup: rbac.authorization.k8s.io
              kind: Role
              name: {name}
            subjects:
            - kind: ServiceAccount
              name: "{workload.ServiceAccount ?? name}"
              namespace: "{workload.Namespace}"

            """.ReplaceLineEndings("\n")).ToString();
    }

    /// <summary>Name of account, Role and binding: that of the Lease, which is one per workload too.</summary>
    private static string Account(InjectedWorkload workload) => OwnWorkload.LeaseName(workload.Kind, workload.Name);

    private static StringBuilder Begin(StringBuilder yaml, string version, string kind, string name, string @namespace) => yaml.Append(
        CultureInfo.InvariantCulture, $"---\napiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: \"{@namespace}\"\n");
}

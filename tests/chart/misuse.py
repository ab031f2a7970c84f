"""Values that nobody should set, with what they are told, and values that only look so."""

from typing import Any

SCRAM = {"mechanism": "SCRAM-SHA-512", "username": "agent", "existingSecret": "kafka-login"}

MISUSE: list[tuple[dict[str, Any], str]] = [
    ({"kafka": {"bootstrapServers": ""}}, "kafka.bootstrapServers is empty; set your brokers"),
    ({"kafka": {"bootstrapServers": "kafka"}}, 'kafka.bootstrapServers has "kafka"; write host:port'),
    ({"kafka": {"bootstrapServers": "a:1, b"}}, 'kafka.bootstrapServers has " b"; write host:port'),
    ({"kafka": {"bootstrapServers": ["a:1", "b"]}}, 'kafka.bootstrapServers has "b"; write host:port'),
    ({"kafka": {"bootstrapServers": []}}, "kafka.bootstrapServers is empty; set your brokers"),
    ({"kafka": {"topics": []}}, "kafka.topics is empty; set the topics to read"),
    (
        {"agent": {"kafka": {"bootstrap_servers": ["a:1"]}}},
        'agent.kafka.bootstrap_servers is ["a:1"]; set kafka.bootstrapServers instead',
    ),
    ({"agent": {"kafka": {"topics": ["b"]}}}, 'agent.kafka.topics is ["b"]; set kafka.topics instead'),
    ({"agent": {"kafka": {"group_id": "g"}}}, 'agent.kafka.group_id is "g"; set kafka.groupId instead'),
    (
        {"agent": {"kafka": {"group_instance_id": "one"}}},
        'agent.kafka.group_instance_id is "one"; leave it out: every pod takes its own name',
    ),
    (
        {"agent": {"web": {"listen_address": "9464"}}},
        'agent.web.listen_address is "9464"; write address:port with a fixed port',
    ),
    (
        {"agent": {"web": {"listen_address": "0.0.0.0:0"}}},
        'agent.web.listen_address is "0.0.0.0:0"; write address:port with a fixed port',
    ),
    (
        {"agent": {"web": {"listen_address": "127.0.0.1:9464"}}},
        'agent.web.listen_address is "127.0.0.1:9464", where neither Prometheus nor the probes can reach it',
    ),
    ({"extraArgs": ["--config.file=/x"]}, 'extraArgs has "--config.file=/x"; the chart writes that file'),
    (
        {"extraArgs": ["--web.listen-address=:1"]},
        'extraArgs has "--web.listen-address=:1", which the probes do not know of',
    ),
    (
        {"extraEnv": [{"name": "AGENT_KAFKA__GROUP_INSTANCE_ID", "value": "x"}]},
        "extraEnv has AGENT_KAFKA__GROUP_INSTANCE_ID; leave it out",
    ),
    (
        {"extraEnv": [{"name": "AGENT_WEB__LISTEN_ADDRESS", "value": "x"}]},
        "extraEnv has AGENT_WEB__LISTEN_ADDRESS, which the probes do not know of",
    ),
    (
        {"extraArgs": ["--web.config.file=/x"]},
        'extraArgs has "--web.config.file=/x", which the probes do not know of; set web.existingSecret',
    ),
    (
        {"extraEnv": [{"name": "AGENT_WEB__CONFIG_FILE", "value": "x"}]},
        "extraEnv has AGENT_WEB__CONFIG_FILE, which the probes do not know of; set web.existingSecret",
    ),
    (
        {"workload": {"terminationGracePeriodSeconds": 10}},
        "workload.terminationGracePeriodSeconds is 10; the agent takes up to 10 s",
    ),
    (
        {"workload": {"terminationGracePeriodSeconds": 0}},
        "workload.terminationGracePeriodSeconds is 0; the agent takes up to 10 s",
    ),
    # Addresses and names, refused as the agent and Kubernetes refuse them.
    (
        {"kafka": {"bootstrapServers": "SASL_SSL://kafka:9092"}},
        'kafka.bootstrapServers has "SASL_SSL://kafka:9092"; write kafka:9092, and set',
    ),
    (
        {"kafka": {"bootstrapServers": "tcp://me:secret@kafka:9092/"}},
        'kafka.bootstrapServers has "tcp://me:secret@kafka:9092/"; write kafka:9092',
    ),
    (
        {"kafka": {"bootstrapServers": "kafka:99999"}},
        'kafka.bootstrapServers has "kafka:99999"; a port is a number from 1 to 65535, for',
    ),
    ({"kafka": {"bootstrapServers": "kafka:0"}}, 'kafka.bootstrapServers has "kafka:0"; a port is a number'),
    ({"kafka": {"bootstrapServers": ":9464"}}, 'kafka.bootstrapServers has ":9464"; write host:port'),
    ({"kafka": {"bootstrapServers": "::1:9092"}}, 'kafka.bootstrapServers has "::1:9092"; write host:port'),
    ({"kafka": {"topics": ""}}, "kafka.topics is empty; set the topics to read"),
    ({"kafka": {"topics": "a, b"}}, 'kafka.topics has " b"; name each topic as Kafka does'),
    ({"kafka": {"topics": ["api-*"]}}, 'kafka.topics has "api-*"; name each topic as Kafka does'),
    ({"kafka": {"topics": [".."]}}, 'kafka.topics has ".."; name each topic as Kafka does'),
    ({"kafka": {"groupId": "g" * 256}}, "kafka.groupId has 256 characters; Kafka takes 255 at most"),
    (
        {"agent": {"web": {"listen_address": "0.0.0.0:99999"}}},
        'agent.web.listen_address is "0.0.0.0:99999"; write address:port with a fixed port',
    ),
    (
        {"agent": {"web": {"listen_address": "http://0.0.0.0:9464"}}},
        'agent.web.listen_address is "http://0.0.0.0:9464"; write address:port with a fixed port',
    ),
    (
        {"fullnameOverride": "My_Agent"},
        'fullnameOverride makes objects of the name "My_Agent", which Kubernetes refuses; set',
    ),
    (
        {"nameOverride": "My_Agent"},
        'nameOverride makes objects of the name "agent-My_Agent", which',
    ),
    (
        {"namespaceOverride": "My_Space"},
        "digits, - and . only, for example my-space",
    ),
    (
        {"web": {"existingSecret": "Web_Config"}},
        'web.existingSecret is "Web_Config"; Kubernetes has names of lower-case letters',
    ),
    # Labels by which objects find each other.
    (
        {"commonLabels": {"app.kubernetes.io/name": "gateway"}},
        'commonLabels sets app.kubernetes.io/name to "gateway"; leave it out',
    ),
    (
        {"workload": {"podLabels": {"app.kubernetes.io/instance": "x"}}},
        'workload.podLabels sets app.kubernetes.io/instance to "x"; leave it out',
    ),
    (
        {"prometheusRule": {"labels": {"app.kubernetes.io/managed-by": "us"}}},
        'prometheusRule.labels sets app.kubernetes.io/managed-by to "us"; leave it out',
    ),
    # Names of other charts.
    ({"replicaCount": 2}, "replicaCount is 2; set workload.replicas instead"),
    ({"nodeSelector": {"a": "b"}}, 'nodeSelector is {"a":"b"}; set workload.nodeSelector instead'),
    (
        {"workload": {"serviceAccountName": "errors"}},
        'workload.serviceAccountName is "errors"; set serviceAccount.name instead',
    ),
    (
        {"kafka": {"brokers": "kafka:9092"}},
        'kafka.brokers is "kafka:9092"; set kafka.bootstrapServers instead',
    ),
    ({"kafka": {"tls": {"enabled": True}}}, "kafka.tls.enabled is true; set kafka.securityProtocol instead"),
    (
        {"serviceMonitor": {"labels": {"release": "stack"}}},
        'serviceMonitor.labels is {"release":"stack"}; set podMonitor.labels instead',
    ),
    (
        {"image": {"repository": "example.org:5000/agent:v1"}},
        'image.repository is "example.org:5000/agent:v1"; write example.org:5000/agent, and set image.tag=v1',
    ),
    (
        {"image": {"repository": "agent@sha256:12"}},
        'image.repository is "agent@sha256:12"; write agent, and set image.digest=sha256:12',
    ),
    # What is the user's own, where something is already.
    (
        {"extraVolumes": [{"name": "tmp", "emptyDir": {}}]},
        'extraVolumes has "tmp", a name that is taken; take another',
    ),
    (
        {"extraVolumes": [{"name": "a", "emptyDir": {}}, {"name": "a", "emptyDir": {}}]},
        'extraVolumes has "a", a name that is taken; take another',
    ),
    (
        {"initContainers": [{"name": "a"}], "extraContainers": [{"name": "a"}]},
        'extraContainers has "a", a name that is taken; take another',
    ),
    (
        {"extraContainers": [{"name": "agent"}]},
        'extraContainers has "agent", a name that is taken; take another',
    ),
    (
        {"extraVolumeMounts": [{"name": "a", "mountPath": "/etc/api-error-agent/web/"}]},
        "extraVolumeMounts has /etc/api-error-agent/web/, where something is mounted already",
    ),
    (
        {"extraEnv": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]},
        "extraEnv has A twice, or beside kafka.sasl.usernameKey; keep one",
    ),
    (
        {"extraObjects": [{"kind": "A", "data": "{{ .password }}"}]},
        "extraObjects has {{ .password }}, which Helm would replace by nothing; if it should stay, write",
    ),
    (
        {"serviceAccount": {"annotations": {"a": "b"}}},
        'serviceAccount.annotations is {"a":"b"}, but serviceAccount.create is false; set',
    ),
    # The login.
    (
        {"kafka": {"sasl": {"password": "hunter2"}}},
        "kafka.sasl.password is in the values, and Helm would keep it where it can be read; put it",
    ),
    (
        {"kafka": {"securityProtocol": "SASL_SSL"}},
        "kafka.securityProtocol is SASL_SSL, but kafka.sasl.mechanism is empty; set for example",
    ),
    (
        {"kafka": {"sasl": SCRAM}},
        "kafka.sasl.mechanism is SCRAM-SHA-512, but kafka.securityProtocol is PLAINTEXT; set",
    ),
    (
        {"kafka": {"tls": {"ca": {"existingSecret": "ca"}}}},
        "kafka.tls.ca.existingSecret is ca, but kafka.securityProtocol is PLAINTEXT, which has no TLS",
    ),
    (
        {"kafka": {"tls": {"client": {"existingSecret": "me"}}}},
        "kafka.tls.client.existingSecret is me, but kafka.securityProtocol is PLAINTEXT, which has no TLS",
    ),
    (
        {
            "kafka": {
                "securityProtocol": "SSL",
                "tls": {"ca": {"existingSecret": "a", "existingConfigMap": "b"}},
            }
        },
        "kafka.tls.ca.existingSecret is a and kafka.tls.ca.existingConfigMap is b; keep one",
    ),
    (
        {"kafka": {"securityProtocol": "SASL_SSL", "sasl": SCRAM | {"username": ""}}},
        "kafka.sasl.mechanism is SCRAM-SHA-512, which needs a user; set kafka.sasl.username",
    ),
    (
        {"kafka": {"securityProtocol": "SASL_SSL", "sasl": SCRAM | {"existingSecret": ""}}},
        "kafka.sasl.mechanism is SCRAM-SHA-512, which needs a password; put it into a Secret",
    ),
    (
        {"kafka": {"securityProtocol": "SASL_SSL", "sasl": SCRAM | {"usernameKey": "user"}}},
        "kafka.sasl.username is agent and kafka.sasl.usernameKey is user; keep one",
    ),
    (
        {"kafka": {"sasl": {"usernameKey": "user"}}},
        "kafka.sasl.usernameKey is user, but kafka.sasl.existingSecret is empty; set it to the Secret",
    ),
    (
        {"kafka": {"sasl": {"username": "agent"}}},
        "kafka.sasl.username is agent, but kafka.sasl.mechanism is empty, so nobody would log in; set",
    ),
    (
        {"kafka": {"sasl": {"existingSecret": "login", "username": "agent"}}},
        "kafka.sasl.username is agent and kafka.sasl.existingSecret is login, but kafka.sasl.mech",
    ),
    ({"kafka": {"sasl": {"region": "eu"}}}, "kafka.sasl.region is eu, but kafka.sasl.mechanism is empty"),
    (
        {"agent": {"kafka": {"sasl": {"password_file": "/vault/x"}}}},
        "agent.kafka.sasl.password_file is /vault/x, but kafka.sasl.mechanism is empty",
    ),
    (
        {
            "kafka": {"securityProtocol": "SASL_SSL", "sasl": SCRAM},
            "extraEnv": [{"name": "AGENT_KAFKA__SASL__PASSWORD", "valueFrom": {}}],
        },
        "kafka.sasl.existingSecret is kafka-login, but extraEnv has AGENT_KAFKA__SASL__PASSWORD too",
    ),
    (
        {"extraEnv": [{"name": "AGENT_KAFKA__SASL__PASSWORD", "value": "hunter2"}]},
        "extraEnv has AGENT_KAFKA__SASL__PASSWORD with its value, which would lie open in the pod",
    ),
    (
        {"kafka": {"securityProtocol": "SASL_SSL", "sasl": SCRAM | {"mechanism": "OAUTHBEARER"}}},
        'kafka.sasl.tokenUrl is ""; OAUTHBEARER needs one such as https://',
    ),
    (
        {"kafka": {"securityProtocol": "SASL_SSL", "sasl": {"mechanism": "AWS_MSK_IAM"}}},
        "kafka.sasl.region is empty; AWS_MSK_IAM needs one",
    ),
    (
        {"agent": {"kafka": {"security_protocol": "SSL"}}},
        'agent.kafka.security_protocol is "SSL"; set kafka.securityProtocol instead',
    ),
    (
        {"agent": {"kafka": {"sasl": {"mechanism": "PLAIN"}}}},
        'agent.kafka.sasl.mechanism is "PLAIN"; set kafka.sasl.mechanism instead',
    ),
    (
        {"agent": {"kafka": {"tls": {"check_hostname": False}}}},
        "agent.kafka.tls.check_hostname is false; set kafka.tls.checkHostname instead",
    ),
    (
        {"agent": {"kafka": {"sasl": {"password": "hunter2"}}}},
        "agent.kafka.sasl.password is in the values, and would lie open in a ConfigMap; put it into a Secret",
    ),
    (
        {
            "kafka": {"securityProtocol": "SSL", "tls": {"ca": {"existingSecret": "ca"}}},
            "agent": {"kafka": {"tls": {"ca_file": "/vault/ca"}}},
        },
        'agent.kafka.tls.ca_file is "/vault/ca", but the Secret ca is set under kafka too; keep one',
    ),
    # /metrics behind TLS.
    (
        {"web": {"tls": True}},
        "web.tls is true, but web.existingSecret is empty; set it to a Secret with a web",
    ),
    (
        {"web": {"certificateSecret": "tls"}},
        "web.certificateSecret is tls, but web.existingSecret is empty; set it to a Secret",
    ),
    (
        {"web": {"existingSecret": "web", "clientCertificates": True}},
        "web.clientCertificates is true, but web.tls is false; set web.tls=true",
    ),
    (
        {"web": {"existingSecret": "web"}, "agent": {"web": {"config_file": "/vault/web"}}},
        'agent.web.config_file is "/vault/web", but web.existingSecret is web too; keep one',
    ),
    (
        {"web": {"existingSecret": "web", "tls": True}, "podMonitor": {"enabled": True}},
        "podMonitor.tlsConfig is empty, but web.tls is true; set for example podMonitor.tlsConfig={ca:",
    ),
    (
        {
            "web": {"existingSecret": "web", "tls": True, "clientCertificates": True},
            "podMonitor": {"enabled": True, "tlsConfig": {"serverName": "agent"}},
        },
        "podMonitor.tlsConfig has no cert and keySecret, but web.clientCertificates is true; set both",
    ),
    (
        {"podMonitor": {"enabled": True, "tlsConfig": {"serverName": "agent"}}},
        'podMonitor.tlsConfig is {"serverName":"agent"}, but web.tls is false',
    ),
    # Monitors.
    (
        {"podMonitor": {"enabled": True}, "serviceMonitor": {"enabled": True}, "service": {"enabled": True}},
        "podMonitor.enabled and serviceMonitor.enabled are both true, and every count would be there twice",
    ),
    (
        {"serviceMonitor": {"enabled": True}, "service": {"enabled": False}},
        "serviceMonitor.enabled is true, but service.enabled is false; set service.enabled=true",
    ),
    (
        {"podMonitor": {"scrapeTimeout": "20s"}},
        "podMonitor.scrapeTimeout is 20s, longer than podMonitor.interval, 15s; set at most 15s",
    ),
    (
        {"podMonitor": {"sampleLimit": 14999}},
        "podMonitor.sampleLimit is 14999, but agent.labels.max_series lets the agent show 10000 series",
    ),
    (
        {"podMonitor": {"sampleLimit": 15000}, "agent": {"labels": {"max_series": 10001}}},
        "set 0 or at least 15002",
    ),
    (
        {"podMonitor": {"kind": "PodMonitoring"}, "serviceMonitor": {"enabled": True}},
        "serviceMonitor.enabled is true, but podMonitor.kind is PodMonitoring, of which there is none for",
    ),
    (
        {"podMonitor": {"kind": "VMPodScrape", "scrapeProtocols": ["PrometheusProto"]}},
        'podMonitor.scrapeProtocols is ["PrometheusProto"], which only the Prometheus Operator knows',
    ),
    (
        {"podMonitor": {"kind": "PodMonitoring", "relabelings": [{}]}},
        "podMonitor.relabelings is set, but podMonitor.kind is PodMonitoring, which has none; leave it out",
    ),
    (
        {"dashboards": {"grafanaOperator": {"enabled": True}}},
        "dashboards.grafanaOperator.enabled is true, but dashboards.enabled is false, and without ConfigMaps",
    ),
    # Rules.
    (
        {"prometheusRule": {"tokens": {"rate_limit_share": 0.1}}},
        "prometheusRule.tokens.rate_limit_share is 0.1, but the rules have no such token; they have agent_",
    ),
    (
        {"prometheusRule": {"enabled": True, "tokens": {"selector": 'job="a": [b'}}},
        "prometheusRule.tokens make rules/api-counts.yaml unreadable",
    ),
    (
        {"prometheusRule": {"disabled": ["ApiRateLimit"]}},
        "prometheusRule.disabled has ApiRateLimit, but there is no such alert; there are Api",
    ),
    (
        {"prometheusRule": {"enabled": True}, "podMonitor": {"interval": "2m"}},
        "prometheusRule.tokens.window is 5m, shorter than four times podMonitor.interval, 2m; set",
    ),
    (
        {"prometheusRule": {"enabled": True, "tokens": {"agent_stuck_window": "59s"}}},
        "prometheusRule.tokens.agent_stuck_window is 59s, shorter than four times podMonitor.interval, 15s",
    ),
    (
        {"prometheusRule": {"enabled": True, "tokens": {"quiet_window": "often"}}},
        "prometheusRule.tokens.quiet_window is often, shorter than four times podMonitor.interval",
    ),
    (
        {"prometheusRule": {"enabled": True, "tokens": {"over_window": "soon"}}},
        "prometheusRule.tokens.over_window is soon; set a duration, for example 1m",
    ),
    # Autoscaling.
    (
        {"autoscaling": {"kind": "HPA", "minReplicas": 5}},
        "autoscaling.minReplicas is 5, more than autoscaling.maxReplicas, 4; set at most 4",
    ),
    (
        {"autoscaling": {"kind": "KEDA"}},
        "autoscaling.keda.serverAddress is empty; set the URL of your Prometheus",
    ),
]

FINE: list[dict[str, Any]] = [
    {"image": {"repository": "images.example.org:5000/agent"}},
    {"podMonitor": {"sampleLimit": 15000}},
    {"podMonitor": {"interval": "75s", "scrapeTimeout": "1m15s"}, "prometheusRule": {"enabled": True}},
    {"podMonitor": {"interval": "10m"}, "prometheusRule": {"enabled": False}},
    {"prometheusRule": {"enabled": True, "tokens": {"window": "1m", "agent_stuck_window": "60000ms"}}},
    {
        "kafka": {
            "securityProtocol": "SASL_SSL",
            "sasl": {"mechanism": "AWS_MSK_IAM", "region": "eu-central-1"},
        }
    },
    {
        "kafka": {"securityProtocol": "SASL_SSL", "sasl": {"mechanism": "PLAIN", "username": "agent"}},
        "agent": {"kafka": {"sasl": {"password_file": "/vault/secrets/kafka"}}},
    },
    {"web": {"tls": True}, "agent": {"web": {"config_file": "/vault/secrets/web.yaml"}}},
    {
        "kafka": {"securityProtocol": "SASL_SSL", "sasl": {"mechanism": "PLAIN"}},
        "extraEnvFrom": [{"secretRef": {"name": "kafka-login"}}],
    },
    {"kafka": {"bootstrapServers": "[fd00::1]:9092,KAFKA_0.kafka:9092"}},
    {"agent": {"web": {"listen_address": ":9464"}}},
    {"extraObjects": [{"kind": "A", "data": '{{ "{{ .password }}" }} {{ .Release.Name }}'}]},
    {"extraObjects": ["{{ range .Values.kafka.topics }}\nkind: {{ . }}\n{{ end }}"]},
]

WRONG_TYPES: list[tuple[dict[str, Any], str]] = [
    ({"replica": 2}, "replica"),
    ({"kafka": {"topics": 7}}, "topics"),
    ({"agent": {"labls": {}}}, "labls"),
    ({"agent": {"log": {"level": "loud"}}}, "level"),
    ({"podMonitor": {"interval": "15"}}, "interval"),
    ({"image": {"digest": "latest"}}, "digest"),
    ({"prometheusRule": {"tokens": {"window": ["5m"]}}}, "window"),
    ({"workload": {"kind": "DaemonSet"}}, "kind"),
    ({"kafka": {"securityProtocol": "TLS"}}, "securityProtocol"),
    ({"kafka": {"sasl": {"mechanism": "SCRAM"}}}, "mechanism"),
    ({"autoscaling": {"kind": "HPA, KEDA"}}, "kind"),
    ({"autoscaling": {"minReplicas": 0}}, "minReplicas"),
    ({"podDisruptionBudget": {"maxUnavailable": 0}}, "maxUnavailable"),
    ({"serviceMonitor": {"jobLabel": "app"}}, "jobLabel"),
    ({"podMonitor": {"scheme": "https"}}, "scheme"),
    ({"podMonitor": {"kind": "ServiceMonitor"}}, "kind"),
    ({"podMonitor": {"scrapeProtocols": ["Text"]}}, "scrapeProtocols"),
    ({"prometheusRule": {"apiVersion": "rules"}}, "apiVersion"),
    ({"extraVolumes": [{"emptyDir": {}}]}, "extraVolumes"),
    ({"extraVolumeMounts": [{"name": "a"}]}, "extraVolumeMounts"),
    ({"image": {"pullSecrets": [{}]}}, "pullSecrets"),
    ({"serviceAccount": {"nmae": "x"}}, "nmae"),
]

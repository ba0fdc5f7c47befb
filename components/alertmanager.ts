/** The configuration of Alertmanager. Valid in 0.25 and in 0.34. */

/** Where alarms go; what is absent gets none. */
export interface Receivers {
  readonly mailHost: string | undefined;
  readonly mailPort: number;
  readonly mailTls: 'required' | 'off';
  readonly mailUser: string | undefined;
  readonly mailPassword: string | undefined;
  readonly mailFrom: string | undefined;
  readonly mailTo: readonly string[] | undefined;
  readonly ntfyUrl: string | undefined;
  readonly ntfyToken: string | undefined;
  readonly slackUrl: string | undefined;
  readonly alertUrl: string | undefined;
  readonly alertToken: string | undefined;
  readonly heartbeatUrl: string | undefined;
}

export interface AlertmanagerArgs {
  readonly receivers: Receivers;
  /** Where people find the stack; absent, no message leads there. */
  readonly publicUrl: string | undefined;
}

/** Where the file with its configuration is, and where its data are. */
export const configFolder = '/run/alertmanager';
export const dataFolder = '/alertmanager';

type Severity = 'critical' | 'warning';

/** Alarms of one message at most, so that ntfy takes it: 32 KiB of JSON, 4 KiB of text. */
const mostAlerts = 10;

/** What follows from what: while the first fires, nobody is told of the others. */
const consequences: Readonly<Record<string, readonly string[]>> = {
  PulseStoreDown: [
    'PulseApiDown',
    'PulseNoReplica',
    'PulseNoWorker',
    'PulseWorkersMissing',
    'PulseWorkerCrashLoop',
    'PulseApiCrashLoop',
    'PulseQueueBlocked',
    'PulseOldestWaitsLong',
    'PulseFailuresGrow',
    'PulseCanaryOverdue',
    'PulseCanaryNever',
    'PulseSearchFails',
    'PulseSearchSlow',
  ],
  PulseNoReplica: ['PulseApiDown', 'PulseSearchFails', 'PulseCanaryOverdue'],
  PulseApiDown: ['PulseSearchFails', 'PulseCanaryOverdue'],
  PulseNoWorker: [
    'PulseWorkersMissing',
    'PulseQueueBlocked',
    'PulseOldestWaitsLong',
    'PulseCanaryOverdue',
    'PulseCanaryNever',
  ],
  PulseWorkerCrashLoop: ['PulseWorkersMissing'],
  PulseQueueBlocked: ['PulseOldestWaitsLong', 'PulseCanaryOverdue'],
  PulseGpuHostAway: ['PulseCanaryOverdue', 'PulseCanaryNever'],
};

/** Each value in quotes, which YAML reads as JSON does: none can be anything but a value. */
const quote = (text: string): string => JSON.stringify(text);

/** Writes the whole configuration, with the secrets of the receivers. */
export function alertmanagerConfiguration(args: AlertmanagerArgs): string {
  const { heartbeatUrl } = args.receivers;
  return `global: { resolve_timeout: 5m }
route:
  receiver: warning
  group_by: [alertname]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 24h
  routes:
    - matchers: ['alertname="PulseWatchdog"']
      receiver: heartbeat
      group_wait: 0s
      group_interval: 1m
      repeat_interval: 50s
    - matchers: ['alertname="PulseTest"']
      receiver: critical
      group_by: [alertname, sent]
      group_wait: 0s
    - matchers: ['severity="critical"']
      receiver: critical
inhibit_rules:
${Object.entries(consequences).map(formatInhibition).join('\n')}
receivers:
  - name: heartbeat
${formatHooks(heartbeatUrl === undefined ? [] : [hook(heartbeatUrl, undefined, false)])}
${formatReceiver('critical', args)}
${formatReceiver('warning', args)}
`;
}

function formatInhibition([cause, followers]: readonly [string, readonly string[]]): string {
  return `  - source_matchers: ['alertname="${cause}"']
    target_matchers: ['alertname=~"${followers.join('|')}"']
    equal: [stack, host]`;
}

function formatReceiver(severity: Severity, args: AlertmanagerArgs): string {
  const { ntfyUrl, ntfyToken, alertUrl, alertToken } = args.receivers;
  const hooks = [
    ...(ntfyUrl === undefined ? [] : [hook(ntfyAddress(ntfyUrl, severity, args), ntfyToken)]),
    ...(alertUrl === undefined ? [] : [hook(alertUrl, alertToken)]),
  ];
  return [
    `  - name: ${severity}`,
    formatHooks(hooks),
    formatMail(args),
    formatSlack(severity, args),
  ].join('\n');
}

function formatHooks(hooks: readonly string[]): string {
  return `    webhook_configs: [${hooks.join(', ')}]`;
}

function hook(url: string, token: string | undefined, tellsEnd = true): string {
  const authorization =
    token === undefined ? '' : `, http_config: { authorization: { credentials: ${quote(token)} } }`;
  return (
    `{ url: ${quote(url)}, send_resolved: ${tellsEnd}, ` +
    `max_alerts: ${mostAlerts}${authorization} }`
  );
}

const title =
  '[{{ .CommonLabels.stack }} on {{ .CommonLabels.host }}] {{ .CommonLabels.alertname }}' +
  '{{ if eq .Status "resolved" }} is over{{ end }}';

const messageText =
  '{{ range .Alerts.Firing }}{{ .Annotations.summary }} ' +
  '(since {{ .StartsAt.Format "2006-01-02 15:04 MST" }})\n{{ end }}' +
  '{{ range .Alerts.Resolved }}Over: {{ .Annotations.summary }}\n{{ end }}\n' +
  'What to do: {{ .CommonAnnotations.runbook }}';

function formatMail({ receivers }: AlertmanagerArgs): string {
  const { mailHost, mailPort, mailTls, mailUser, mailPassword, mailFrom, mailTo } = receivers;
  if (mailHost === undefined || mailFrom === undefined || mailTo === undefined)
    return '    email_configs: []';
  const login =
    mailUser === undefined || mailPassword === undefined
      ? ''
      : `
        auth_username: ${quote(mailUser)}
        auth_password: ${quote(mailPassword)}`;
  return `    email_configs:
      - smarthost: ${quote(`${mailHost}:${mailPort}`)}
        require_tls: ${mailTls === 'required'}
        from: ${quote(mailFrom)}
        to: ${quote(mailTo.join(', '))}${login}
        send_resolved: true
        headers: { Subject: ${quote(title)} }
        html: ''
        text: ${quote(messageText)}`;
}

function formatSlack(severity: Severity, args: AlertmanagerArgs): string {
  const { slackUrl } = args.receivers;
  if (slackUrl === undefined) return '    slack_configs: []';
  const colour = severity === 'critical' ? 'danger' : 'warning';
  return `    slack_configs:
      - api_url: ${quote(slackUrl)}
        send_resolved: true
        color: ${quote(`{{ if eq .Status "resolved" }}good{{ else }}${colour}{{ end }}`)}
        title: ${quote(title)}
        title_link: ${quote(args.publicUrl === undefined ? '' : '{{ .CommonAnnotations.runbook }}')}
        text: ${quote(messageText)}
        fallback: ${quote(title)}`;
}

/**
 * The address of a topic with the templates by which ntfy reads Alertmanager's JSON. They use what
 * every version since 2.10 knows. In their place an address may be shown: ntfy is called directly,
 * and not by way of the API, which may be what is away.
 */
function ntfyAddress(topic: string, severity: Severity, { publicUrl }: AlertmanagerArgs): string {
  const url = new URL(topic);
  const isCritical = severity === 'critical';
  const parameters = {
    tpl: '1',
    title:
      '[{{.commonLabels.stack}} on {{.commonLabels.host}}] {{.commonLabels.alertname}}' +
      '{{if eq .status "resolved"}} is over{{end}}',
    message:
      '{{range .alerts}}{{if eq .status "resolved"}}Over: {{end}}{{.annotations.summary}}\n{{end}}' +
      'What to do: {{.commonAnnotations.runbook}}',
    priority: isCritical ? '5' : '3',
    tags: isCritical ? 'rotating_light' : 'warning',
    ...(publicUrl !== undefined && { click: `${publicUrl}/status` }),
  };
  const query = Object.entries(parameters).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  url.search = [...(url.search === '' ? [] : [url.search.slice(1)]), ...query].join('&');
  return url.href;
}

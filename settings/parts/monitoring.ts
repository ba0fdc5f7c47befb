import { cpus, interval, mebibytes, port } from '../kinds/numbers.ts';
/** Who watches the stack, when an operator is told, and where. */
import { mailAddress, mailAddresses, secretUrl, serverName } from '../kinds/receivers.ts';
import { issuedSecret } from '../kinds/secret.ts';
import { choice, imageReference, phrase } from '../kinds/texts.ts';
import { officialImages } from '../official-images.ts';
import { setting } from '../setting.ts';

export const monitoring = {
  mode: setting({
    key: 'monitoring',
    kind: choice('none', 'own', 'external'),
    default: 'none',
    description:
      '`own`: a Prometheus and an Alertmanager are parts of the stack; `external`: others scrape it, ' +
      'as docs/monitoring.md says; `none`: nobody is told of anything',
    example: 'own',
  }),
  prometheusPort: setting({
    key: 'prometheusPort',
    kind: port,
    description:
      'port of 127.0.0.1 on which Prometheus is published, which asks for no key; absent, it is not',
    example: '50107',
  }),
  prometheusImage: setting({
    key: 'prometheusImage',
    kind: imageReference,
    default: officialImages.prometheus,
    description: 'image of Prometheus, 2.42 or newer',
    example: officialImages.prometheus,
  }),
  alertmanagerImage: setting({
    key: 'alertmanagerImage',
    kind: imageReference,
    default: officialImages.alertmanager,
    description: 'image of Alertmanager, 0.25 or newer, with `amtool`',
    example: officialImages.alertmanager,
  }),
  prometheusMemoryMiB: setting({
    key: 'prometheusMemory',
    kind: mebibytes(64),
    default: '112MiB',
    description: 'memory limit of Prometheus',
    example: '256MiB',
  }),
  alertmanagerMemoryMiB: setting({
    key: 'alertmanagerMemory',
    kind: mebibytes(32),
    default: '38MiB',
    description: 'memory limit of Alertmanager',
    example: '64MiB',
  }),
  cpus: setting({
    key: 'monitoringCpus',
    kind: cpus,
    default: '0.5',
    description: 'CPU limit of Prometheus, and of Alertmanager',
  }),
  retentionMiB: setting({
    key: 'prometheusRetention',
    kind: mebibytes(64),
    default: '512MiB',
    description: 'disk that the numbers of the past may take; the oldest are removed',
    example: '2GiB',
  }),
  gpuHostAwaySeconds: setting({
    key: 'gpuHostAwayAfter',
    kind: interval,
    default: '10m',
    description:
      'after how long it is an alarm that the GPU host is away; `off` where it sleeps at night',
    example: '12h',
  }),
  sourceSilentSeconds: setting({
    key: 'sourceSilentAfter',
    kind: interval,
    default: 'off',
    description: 'after how long it is an alarm that a sender of pages has delivered nothing',
    example: '24h',
  }),
};

export const receivers = {
  mailHost: setting({
    key: 'mailHost',
    kind: serverName,
    description: 'server that sends mail of alarms; absent, none is sent',
  }),
  mailPort: setting({
    key: 'mailPort',
    kind: port,
    default: '587',
    description: 'its port; on 465 it speaks TLS from the beginning',
    example: '465',
  }),
  mailTls: setting({
    key: 'mailTls',
    kind: choice('required', 'off'),
    default: 'required',
    description: 'whether mail goes out only encrypted; `off` for a server on this host',
    example: 'off',
  }),
  mailUser: setting({
    key: 'mailUser',
    kind: phrase,
    description: 'user at that server; absent, it asks for none',
    example: 'pulse@example.org',
  }),
  mailPassword: setting({
    key: 'mailPassword',
    kind: issuedSecret,
    description: 'password of `mailUser`',
  }),
  mailFrom: setting({
    key: 'mailFrom',
    kind: mailAddress,
    description: 'sender of mail of alarms',
  }),
  mailTo: setting({
    key: 'mailTo',
    kind: mailAddresses,
    description: 'who gets mail of alarms',
  }),
  ntfyUrl: setting({
    key: 'ntfyUrl',
    kind: secretUrl,
    description: 'address of a topic of ntfy 2.10 or newer that gets alarms; absent, none does',
  }),
  ntfyToken: setting({
    key: 'ntfyToken',
    kind: issuedSecret,
    description: 'access token of that topic; absent, anybody may write to it',
  }),
  slackUrl: setting({
    key: 'slackUrl',
    kind: secretUrl,
    description: 'incoming webhook of Slack, or of what takes its form, that gets alarms',
  }),
  alertUrl: setting({
    key: 'alertUrl',
    kind: secretUrl,
    description: "address that gets alarms as Alertmanager's webhooks, version 4",
  }),
  alertToken: setting({
    key: 'alertToken',
    kind: issuedSecret,
    description: 'bearer token that `alertUrl` asks for',
  }),
  heartbeatUrl: setting({
    key: 'heartbeatUrl',
    kind: secretUrl,
    description:
      'address that is called every minute for as long as alarms would arrive, as of ' +
      'healthchecks.io: it tells when the calls end, and so of a host that is gone',
  }),
};

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { alertRules } from '../../../components/alert-rules.ts';
import { alertmanagerConfiguration } from '../../../components/alertmanager.ts';
import type { Receivers } from '../../../components/alertmanager.ts';
import { prometheusConfiguration } from '../../../components/prometheus.ts';
import { hasMonitorPrograms, monitorProgram } from '../../harness/monitor-programs.ts';
import { makeTestFolder } from '../../harness/test-folder.ts';

const execute = promisify(execFile);

const none: Receivers = {
  mailHost: undefined,
  mailPort: 587,
  mailTls: 'required',
  mailUser: undefined,
  mailPassword: undefined,
  mailFrom: undefined,
  mailTo: undefined,
  ntfyUrl: undefined,
  ntfyToken: undefined,
  slackUrl: undefined,
  alertUrl: undefined,
  alertToken: undefined,
  heartbeatUrl: undefined,
};
const all: Receivers = {
  ...none,
  mailHost: 'smtp.example.org',
  mailUser: 'pulse',
  mailPassword: `a "quoted" pass: word # {{ .not }} 'a template'`,
  mailFrom: 'pulse@example.org',
  mailTo: ['one@example.org', 'two@example.org'],
  ntfyUrl: 'https://ntfy.example.org/pulse-alarms?cache=no',
  ntfyToken: 'tk_0123456789',
  slackUrl: 'https://hooks.slack.example/services/a/b/c',
  alertUrl: 'https://receiver.example.org/hook?key=1&other=2',
  alertToken: 'token',
  heartbeatUrl: 'https://hc-ping.example/abc',
};

interface Configuration {
  readonly route: { readonly routes: readonly { readonly receiver: string }[] };
  readonly inhibit_rules: readonly {
    readonly source_matchers: readonly [string];
    readonly target_matchers: readonly [string];
  }[];
  readonly receivers: readonly {
    readonly name: string;
    readonly webhook_configs?: readonly {
      readonly url: string;
      readonly http_config?: { readonly authorization: { readonly credentials: string } };
    }[];
    readonly email_configs?: readonly Readonly<Record<string, unknown>>[];
    readonly slack_configs?: readonly Readonly<Record<string, unknown>>[];
  }[];
}
const read = (receivers: Receivers, publicUrl?: string): Configuration =>
  parse(alertmanagerConfiguration({ receivers, publicUrl })) as Configuration;

describe('the configuration of Alertmanager', () => {
  test.skipIf(!hasMonitorPrograms).each([
    ['no receiver', none],
    ['every receiver', all],
  ])('with %s is one that amtool takes', async (_, receivers) => {
    const amtool = await monitorProgram('amtool');
    const file = join(makeTestFolder(), 'alertmanager.yml');
    writeFileSync(file, alertmanagerConfiguration({ receivers, publicUrl: 'https://p.example' }));
    const { stdout } = await execute(amtool, ['check-config', file]);
    expect(stdout).toContain('SUCCESS');
  });

  test('has every value of a receiver as it was entered', () => {
    const critical = read(all).receivers.find(({ name }) => name === 'critical');
    expect(critical?.email_configs?.[0]).toMatchObject({
      smarthost: 'smtp.example.org:587',
      to: 'one@example.org, two@example.org',
      auth_password: all.mailPassword,
      require_tls: true,
    });
    expect(critical?.slack_configs?.[0]).toMatchObject({ api_url: all.slackUrl });
    expect(critical?.webhook_configs).toMatchObject([
      { http_config: { authorization: { credentials: 'tk_0123456789' } } },
      { url: all.alertUrl, http_config: { authorization: { credentials: 'token' } } },
    ]);
  });

  test('calls a topic of ntfy with its templates, loudly only where it is critical', () => {
    const urls = ['critical', 'warning'].map(
      (severity) =>
        new URL(
          read(all, 'https://p.example').receivers.find(({ name }) => name === severity)
            ?.webhook_configs?.[0]?.url ?? '',
        ),
    );
    const query = urls.map(({ searchParams }) => Object.fromEntries(searchParams));
    expect(query).toMatchObject([
      { cache: 'no', tpl: '1', priority: '5', click: 'https://p.example/status' },
      { cache: 'no', tpl: '1', priority: '3', click: 'https://p.example/status' },
    ]);
    expect(query[0]?.['title']).toContain('{{.commonLabels.stack}} on {{.commonLabels.host}}');
  });

  test('silences what follows from a rule by names that the rules have', () => {
    const names = [
      ...alertRules({ gpuHostAwaySeconds: 1, sourceSilentSeconds: 1 }).matchAll(/- alert: (\w+)/g),
    ].map(([, name]) => name);
    const named = read(none).inhibit_rules.flatMap(({ source_matchers, target_matchers }) =>
      [source_matchers[0], target_matchers[0]].flatMap((text) => text.match(/Pulse\w+/g) ?? []),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(names).toEqual(expect.arrayContaining([...new Set(named)]));
  });
});

describe('the rules of a stack', () => {
  const rules = (gpuHostAwaySeconds: number | 'off', sourceSilentSeconds: number | 'off') =>
    alertRules({ gpuHostAwaySeconds, sourceSilentSeconds });

  test('have the times of the settings', () => {
    expect(rules(43_200, 3_600)).toMatch(/PulseGpuHostAway[^]{1,120}for: 43200s$/m);
    expect(rules(43_200, 3_600)).toContain('_timestamp_seconds > 3600\n');
  });

  test('are as they stand but for those that are off', () => {
    expect(rules('off', 'off')).not.toMatch(/PulseGpuHostAway|PulseSourceSilent/);
    expect(rules(600, 86_400).match(/- alert: /g)).toHaveLength(
      (rules('off', 'off').match(/- alert: /g)?.length ?? 0) + 2,
    );
  });

  test('whose mark names no setting are refused', () => {
    const rule = 'groups:\n      - alert: One\n        for: 1m # pulse:nothing\n';
    expect(() => alertRules({ gpuHostAwaySeconds: 1, sourceSilentSeconds: 1 }, rule)).toThrow(
      'pulse:nothing is no setting',
    );
  });
});

test.skipIf(!hasMonitorPrograms)(
  'the configuration of Prometheus is one that promtool takes',
  async () => {
    const promtool = await monitorProgram('promtool');
    const folder = makeTestFolder();
    const keyFile = join(folder, 'key');
    const text = prometheusConfiguration({
      prefix: 'pulse',
      stack: 'prod',
      host: 'a "host"',
      alertmanager: 'pulse_alertmanager:9093',
      keyFile,
    }).replace('/run/prometheus/alerts.yml', join(folder, 'alerts.yml'));
    writeFileSync(keyFile, 'key');
    writeFileSync(join(folder, 'prometheus.yml'), text);
    writeFileSync(
      join(folder, 'alerts.yml'),
      alertRules({ gpuHostAwaySeconds: 43_200, sourceSilentSeconds: 3_600 }),
    );
    const { stdout } = await execute(promtool, ['check', 'config', join(folder, 'prometheus.yml')]);
    expect(stdout).toContain('27 rules found');
  },
);

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';

import { gauges } from '../../../worker/metrics/gauges.ts';
import { totals } from '../../../worker/metrics/totals.ts';
import { hasMonitorPrograms, monitorProgram } from '../../harness/monitor-programs.ts';
import { makeTestFolder } from '../../harness/test-folder.ts';

const folder = join(import.meta.dirname, '../../../ops');
const execute = promisify(execFile);

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    }[];
  }[];
}

interface Cases {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts?: readonly unknown[];
    }[];
  }[];
}

const read = (name: string): unknown => parse(readFileSync(join(folder, name), 'utf8'));
const rules = (read('alerts.yml') as Rules).groups.flatMap((group) => group.rules);
const { tests } = read('alerts.test.yml') as Cases;

/** The sign of life never ends. */
const withoutEnd = 'PulseWatchdog';

test.each(rules.map(({ alert }) => alert))('%s is tried: it fires, and ends', (alert) => {
  const states = tests.map(({ alert_rule_test: steps }) =>
    steps.filter(({ alertname }) => alertname === alert).map(({ exp_alerts: fires }) => !!fires),
  );
  const isTried = (ofTest: boolean[]) =>
    ofTest.includes(true) && (alert === withoutEnd || ofTest.at(-1) === false);
  expect(states.some(isTried)).toBe(true);
});

test('every rule says how bad it is, and where it is written what to do', () => {
  for (const { alert, labels, annotations } of rules) {
    expect([alert, labels['severity']]).toEqual([
      alert,
      expect.stringMatching(alert === withoutEnd ? 'none' : /^(critical|warning)$/),
    ]);
    expect(annotations['runbook']).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    expect(annotations['summary']).toMatch(/\.$/);
  }
});

test('docs/operations.md has a section for every rule, and for no other', () => {
  const page = readFileSync(join(folder, '../docs/operations.md'), 'utf8');
  const sections = [...page.matchAll(/^### (Pulse\w+)$/gm)].map(([, name]) => name);
  // A test alarm has no rule.
  expect(new Set(sections)).toEqual(new Set([...rules.map(({ alert }) => alert), 'PulseTest']));
});

interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

test.skipIf(!hasMonitorPrograms)(
  'every expression of the dashboard is one of Prometheus',
  async () => {
    const dashboard = JSON.parse(readFileSync(join(folder, 'grafana.json'), 'utf8')) as Dashboard;
    const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const known = [...totals, ...gauges].map(({ name }) => name);
    for (const name of expressions.join(' ').match(/pulse_[a-z_]+/g) ?? [])
      expect(known).toContain(name.replace(/_bucket$/, ''));
    const asRules = expressions.map((expr, index) => ({ record: `panel:${index}`, expr }));
    const file = join(makeTestFolder(), 'rules.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'panels', rules: asRules }] }));
    const promtool = await monitorProgram('promtool');
    const { stdout } = await execute(promtool, ['check', 'rules', file]);
    expect(stdout).toContain(`${expressions.length} rules found`);
  },
);

test.skipIf(!hasMonitorPrograms)('promtool finds the rules right, and its tests pass', async () => {
  const promtool = await monitorProgram('promtool');
  const run = (...args: string[]) => execute(promtool, args, { cwd: folder });
  await expect(run('check', 'rules', 'alerts.yml')).resolves.toMatchObject({
    stdout: expect.stringContaining('SUCCESS'),
  });
  await run('test', 'rules', 'alerts.test.yml');
});

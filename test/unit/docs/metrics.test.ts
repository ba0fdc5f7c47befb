import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { gauges } from '../../../worker/metrics/gauges.ts';
import { totals } from '../../../worker/metrics/totals.ts';

const page = readFileSync(new URL('../../../docs/monitoring.md', import.meta.url), 'utf8');
const metrics = [...totals, ...gauges];

/** The cells of every row whose first one is the name of a metric. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `pulse_'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test('docs/monitoring.md lists every metric with its type, its labels and what it says', () => {
  expect(rows).toEqual(
    metrics.map(({ name, type, labels, help }) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(' '),
      help,
    ]),
  );
});

test('a metric has a name and labels that Prometheus takes, and units that it knows', () => {
  for (const { name, type, labels } of metrics) {
    expect(name).toMatch(/^pulse_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
  }
  expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
});

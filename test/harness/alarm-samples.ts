/** An alarm as a stack sends it, and as docs/monitoring.md shows that it arrives. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { alertRules } from '../../components/alert-rules.ts';

export const publicUrl = 'https://pulse.example.org';
const page = readFileSync(join(import.meta.dirname, '../../docs/monitoring.md'), 'utf8');

/** Lines above the samples. */
export const byMail = 'By mail:';
export const inNtfy = 'In ntfy, whose own templates make it of what it is sent:';

interface Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a stack's Prometheus sends while these services are away. */
export function storesDown(...services: string[]): object[] {
  const text = alertRules({ gpuHostAwaySeconds: 600, sourceSilentSeconds: 'off', publicUrl });
  const { groups } = parse(text) as { groups: readonly { rules: readonly Rule[] }[] };
  const rule = groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === 'PulseStoreDown');
  if (rule === undefined) throw new Error('there is no such rule');
  return services.map((service) => ({
    labels: { ...rule.labels, alertname: rule.alert, service, stack: 'prod', host: 'nas' },
    annotations: {
      ...rule.annotations,
      summary: rule.annotations['summary']?.replace('{{ $labels.service }}', service),
    },
  }));
}

/** Hands alarms to an Alertmanager, as Prometheus does. */
export async function sendAlarms(url: string, alarms: readonly object[]): Promise<void> {
  const answer = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alarms),
  });
  if (!answer.ok) throw new Error(`alarms were answered with ${answer.status}`);
}

/** The block below a line of docs/monitoring.md, with every time as one word. */
export function sampleBelow(line: string): string {
  const [, below = ''] = page.split(`${line}\n`);
  return hideTimes(/```\w+\n(.*?)```/s.exec(below)?.[1] ?? '').trim();
}

export function hideTimes(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '<time>');
}

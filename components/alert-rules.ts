/** The rules of ops/alerts.yml, as the settings of a stack want them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { runbookAddress } from '../shared/runbook.ts';

export interface AlertSettings {
  readonly gpuHostAwaySeconds: number | 'off';
  readonly sourceSilentSeconds: number | 'off';
  /** Where people find the stack, and what to do; absent, they are led to the repository. */
  readonly publicUrl?: string | undefined;
}

const file = join(import.meta.dirname, '../ops/alerts.yml');

/** Where a rule leads, and its name. */
const runbook = /(?<=- alert: (\w+)\n[^]*runbook: )'[^']*'/;

/** A time at the end of a line that names the setting which decides it. */
const mark = /(\d+)([smhd]?) # pulse:(\w+)$/m;

/**
 * Writes the rules of a stack: a time that a setting decides is put in, and a rule whose setting is
 * off is left out. Each leads to where people of this stack read what to do.
 *
 * @throws Error for a mark that names no setting
 */
export function alertRules(settings: AlertSettings, text = readFileSync(file, 'utf8')): string {
  const secondsOf: Readonly<Record<string, number | 'off'>> = {
    gpuHostAwayAfter: settings.gpuHostAwaySeconds,
    sourceSilentAfter: settings.sourceSilentSeconds,
  };
  return text
    .split(/^(?= {6}- alert: )/m)
    .map((rule) =>
      rule.replace(runbook, (_, alarm: string) => `'${runbookAddress(alarm, settings.publicUrl)}'`),
    )
    .map((rule) => {
      const [, , unit, key] = mark.exec(rule) ?? [];
      if (key === undefined) return rule;
      const seconds = secondsOf[key];
      if (seconds === undefined) throw new Error(`ops/alerts.yml: pulse:${key} is no setting`);
      return seconds === 'off' ? '' : rule.replace(mark, `${seconds}${unit === '' ? '' : 's'}`);
    })
    .join('');
}

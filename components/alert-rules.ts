/** The rules of ops/alerts.yml, as the settings of a stack want them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AlertSettings {
  readonly gpuHostAwaySeconds: number | 'off';
  readonly sourceSilentSeconds: number | 'off';
}

const file = join(import.meta.dirname, '../ops/alerts.yml');

/** A time at the end of a line that names the setting which decides it. */
const mark = /(\d+)([smhd]?) # pulse:(\w+)$/m;

/**
 * Writes the rules of a stack: a time that a setting decides is put in, and a rule whose setting is
 * off is left out.
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
    .map((rule) => {
      const [, , unit, key] = mark.exec(rule) ?? [];
      if (key === undefined) return rule;
      const seconds = secondsOf[key];
      if (seconds === undefined) throw new Error(`ops/alerts.yml: pulse:${key} is no setting`);
      return seconds === 'off' ? '' : rule.replace(mark, `${seconds}${unit === '' ? '' : 's'}`);
    })
    .join('');
}

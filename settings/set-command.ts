import type { SettingRow } from '../settings.ts';

/** Writes the command that gives a setting a value; the shell reads it. */
export function setCommand({ key, kind }: Pick<SettingRow, 'key' | 'kind'>, text: string): string {
  const command = `pulumi config set ${kind.isSecret ? '--secret ' : ''}pulse:${key}`;
  // By standard input: an argument stands in the host's process list.
  if (kind.isFile) return `${command} < ${text}`;
  // A secret's example is the command that makes one, which the shell must read.
  return kind.isSecret ? `${command} "${text}"` : `${command} '${text}'`;
}

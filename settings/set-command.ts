import type { SettingRow } from '../settings.ts';

/** Writes the command that gives a setting a value; the shell reads it. */
export function setCommand({ key, kind }: Pick<SettingRow, 'key' | 'kind'>, text: string): string {
  const command = `pulumi config set ${kind.isSecret ? '--secret ' : ''}pulse:${key}`;
  if (kind.isFile) return `${command} < ${text}`;
  // A secret's example is the command that prints one. By standard input: an argument stands in the
  // host's process list.
  return kind.isSecret ? `${text} | ${command}` : `${command} '${text}'`;
}

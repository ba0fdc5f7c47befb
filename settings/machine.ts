import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { settingRows } from '../settings.ts';

/**
 * Settings that belong to one machine and not to a stack, as the images made on it. Git ignores the
 * file, so that a stack's own file is the same on every machine.
 */
export const machineSettingsFile = '.pulse/settings.json';

/**
 * Reads the settings of this machine.
 *
 * @param root folder of this clone
 * @returns the texts by key; none where the file does not exist
 * @throws Error when the file holds anything but texts
 */
export function readMachineSettings(root: string): Record<string, string> {
  const path = join(root, machineSettingsFile);
  if (!existsSync(path)) return {};
  const found = parseObject(readFileSync(path, 'utf8'));
  if (found === undefined || Object.values(found).some((text) => typeof text !== 'string'))
    throw new Error(`${path} is not an object of texts: remove it, ./pulse up writes it again`);
  return found as Record<string, string>;
}

function parseObject(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined; // its reader says what to do
  }
}

/**
 * Puts the machine's settings in place of defaults; what the stack's own file says wins.
 *
 * @param texts a stack's configuration by key
 */
export function applyMachineSettings(
  texts: Readonly<Record<string, string>>,
  machine: Readonly<Record<string, string>>,
): Record<string, string> {
  const applied = Object.entries(machine).filter(([key]) => isDefault(key, texts[key]));
  return { ...texts, ...Object.fromEntries(applied) };
}

/**
 * Whether a stack's file leaves this setting open. Pulumi gives the file's settings and the
 * defaults of Pulumi.yaml together, so a text equal to the default counts as the default.
 */
export function isDefault(key: string, text: string | undefined): boolean {
  const defaults: Readonly<Record<string, { readonly default?: string | undefined }>> = settingRows;
  return text === undefined || text === defaults[key]?.default;
}

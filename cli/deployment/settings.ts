import type { Settings } from '../../settings.ts';
import { applyMachineSettings, readMachineSettings } from '../../settings/machine.ts';
import { parseSettings } from '../../settings/parse.ts';
import { SettingsError } from '../../shared/settings-error.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { root } from '../paths.ts';
import { captureJson } from '../process.ts';

/** The texts of a stack's configuration by key, without `pulse:`; secrets as plain text. */
export type Configuration = Readonly<Record<string, string>>;

/**
 * Reads a stack's configuration and checks it as the Pulumi program will check it.
 *
 * @throws CommandError with every fault
 */
export async function readStackSettings(stack: string): Promise<Settings> {
  return parseStackSettings(stack, await readConfiguration(stack));
}

/**
 * Checks a configuration that was read before.
 *
 * @throws CommandError with every fault
 */
export function parseStackSettings(stack: string, texts: Configuration): Settings {
  try {
    return parseSettings(stack, applyMachineSettings(texts, readMachineSettings(root)));
  } catch (error) {
    if (error instanceof SettingsError)
      throw new CommandError(
        error.message,
        `change Pulumi.${stack}.yaml, or use pulumi config after eval "$(./pulse env)"`,
      );
    throw error;
  }
}

/** Reads what Pulumi calls the stack's configuration: its file and the defaults of Pulumi.yaml. */
export async function readConfiguration(stack: string): Promise<Configuration> {
  const configured = await captureJson<Record<string, { value?: string }>>('pulumi', [
    'config',
    '--json',
    '--show-secrets',
    '--stack',
    stack,
  ]);
  return Object.fromEntries(
    Object.entries(configured)
      .filter(([key]) => key.startsWith('pulse:'))
      .map(([key, { value = '' }]) => [key.slice('pulse:'.length), value]),
  );
}

import { settle, SettingsFault } from '../../settings.ts';
import type { Settings } from '../../settings.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { captureJson } from '../process.ts';

/**
 * Reads a stack's configuration and checks it as the Pulumi program will check it.
 *
 * @throws CommandError with every fault
 */
export async function readStackSettings(stack: string): Promise<Settings> {
  const configured = await captureJson<Record<string, { value?: string }>>('pulumi', [
    'config',
    '--json',
    '--show-secrets',
    '--stack',
    stack,
  ]);
  const own = Object.entries(configured).filter(([key]) => key.startsWith('pulse:'));
  try {
    return settle(
      stack,
      Object.fromEntries(own.map(([key, { value = '' }]) => [key.slice('pulse:'.length), value])),
    );
  } catch (error) {
    if (error instanceof SettingsFault)
      throw new CommandError(
        error.message,
        `change Pulumi.${stack}.yaml, or use pulumi config after eval "$(./pulse env)"`,
      );
    throw error;
  }
}

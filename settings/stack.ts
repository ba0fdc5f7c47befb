import { join } from 'node:path';

import * as pulumi from '@pulumi/pulumi';

import type { Settings } from '../settings.ts';
import { SettingsError } from '../shared/settings-error.ts';
import { refuseOtherEngine } from './engine.ts';
import { applyMachineSettings, readMachineSettings } from './machine.ts';
import { refuseUnconfirmedOutage } from './outage.ts';
import { parseSettings } from './parse.ts';

const root = join(import.meta.dirname, '..');

/**
 * Reads the settings of the stack that is being deployed. Secrets are among them as plain text:
 * components wrap those that they use.
 *
 * @throws pulumi.RunError with every fault of the configuration, for an outage that it does not
 *   confirm, or for an engine that is not the docker client's, before anything is declared
 */
export async function stackSettings(): Promise<Settings> {
  skipSourceMaps();
  refuseOtherEngine();
  const settings = readConfiguration();
  await refuseUnconfirmedOutage(settings.network);
  return settings;
}

/**
 * Pulumi keeps a stack trace of each of its promises, and has installed a formatter of stack traces
 * that looks for source maps. Node runs these files as they are written, so there are none, and
 * looking for them would take a sixth of every preview.
 */
function skipSourceMaps(): void {
  Reflect.deleteProperty(Error, 'prepareStackTrace');
}

function readConfiguration(): Settings {
  const own = `${pulumi.getProject()}:`;
  const texts = Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(own))
      .map(([key, text]) => [key.slice(own.length), text]),
  );
  try {
    return parseSettings(pulumi.getStack(), applyMachineSettings(texts, readMachineSettings(root)));
  } catch (error) {
    // A RunError is shown without a stack trace: the report is the whole message.
    if (error instanceof SettingsError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

import { join } from 'node:path';

import * as pulumi from '@pulumi/pulumi';

import { settle } from '../settings.ts';
import type { Settings } from '../settings.ts';
import { applyMachineSettings, readMachineSettings } from './machine.ts';

const root = join(import.meta.dirname, '..');

/**
 * The settings of the stack that is being deployed, secrets among them as plain text: components
 * wrap those they use.
 *
 * @throws pulumi.RunError with every fault of the configuration, before anything is declared
 */
export function stackSettings(): Settings {
  const own = `${pulumi.getProject()}:`;
  const texts = Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(own))
      .map(([key, text]) => [key.slice(own.length), text]),
  );
  try {
    return settle(pulumi.getStack(), applyMachineSettings(texts, readMachineSettings(root)));
  } catch (fault) {
    // A RunError is shown without a stack trace: the report is the whole message.
    throw fault instanceof Error && fault.name === 'SettingsFault'
      ? new pulumi.RunError(fault.message)
      : fault;
  }
}

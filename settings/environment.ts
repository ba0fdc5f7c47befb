import { rows } from '../settings.ts';
import type { Settings } from '../settings.ts';
import type { Setting } from './setting.ts';

/**
 * What the settings say to a worker, by its own variables. Addresses and passwords of the stack's
 * own parts come from those parts.
 */
export function workerEnvironment(settings: Settings): Record<string, string> {
  const told = Object.entries<Setting<unknown>>(rows).flatMap(([key, { env, kind }]) => {
    const value = settings[key as keyof typeof rows];
    return env === undefined || value === undefined ? [] : [[env, kind.format(value)]];
  });
  return { ...Object.fromEntries(told), WEBHOOK_COLLECTION: settings.collection };
}

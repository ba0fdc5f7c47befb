import { settingRows } from '../settings.ts';
import type { Settings } from '../settings.ts';
import { localTei } from './names.ts';

const rows = Object.values(settingRows);

/**
 * Writes the settings as a worker reads them, by its own variables. What comes from components is
 * not among them: the URLs of Postgres and Redis, which hold passwords, and the addresses of an
 * embedded GPU host.
 */
export function workerEnvironment(settings: Settings): Record<string, string> {
  const environment: Record<string, string> = { WEBHOOK_COLLECTION: settings.collection };
  for (const { part, field, env, kind, gpuHostMode = settings.gpuHost.mode } of rows) {
    const value = (settings[part] as Readonly<Record<string, unknown>>)[field];
    if (env === undefined || value === undefined || gpuHostMode !== settings.gpuHost.mode) continue;
    environment[env] = kind.format(value);
  }
  if (settings.localEmbeddings.enabled)
    environment['WEBHOOK_LOCAL_TEI_URL'] = localTei(settings.prefix).url;
  return environment;
}

/**
 * Writes what a worker that already runs has to be told to check services as the next release will
 * use them. Services of an embedded GPU host are changed by the update itself, so they are checked
 * as they are.
 */
export function preflightEnvironment(settings: Settings): Record<string, string> {
  return settings.gpuHost.mode === 'external' ? workerEnvironment(settings) : {};
}

/**
 * Lists the variables that a worker of the last release may have and one of the next has not: the
 * login of a service that asks for none any more, for one.
 */
export function listAbsentVariables(settings: Settings): string[] {
  if (settings.gpuHost.mode !== 'external') return [];
  const present = workerEnvironment(settings);
  return rows.flatMap(({ env }) => (env === undefined || env in present ? [] : [env]));
}

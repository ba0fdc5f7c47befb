import { z } from 'zod';

import { SettingsError } from '../shared/settings-error.ts';
import { settingVariables } from './settings/generated.ts';
import { address, duration, httpUrl, integer, text, variable } from './settings/kinds.ts';
import type { Variable } from './settings/kinds.ts';

/** Every variable that a worker reads: those of the stack's settings, and the worker's own. */
export const variables = {
  ...settingVariables,
  redisUrl: variable('REDIS_URL', address('redis:', 'rediss:')),
  databaseUrl: variable(
    'WEBHOOK_DATABASE_URL',
    // The deployment that this replaces writes the URL in SQLAlchemy's form.
    z
      .string()
      .transform((url) => url.replace(/^postgresql\+\w+:/, 'postgresql:'))
      .pipe(address('postgresql:', 'postgres:')),
  ),
  localTeiUrl: variable('WEBHOOK_LOCAL_TEI_URL', httpUrl.optional()),
  collection: variable(
    'WEBHOOK_COLLECTION',
    z.string().regex(/^[\w.-]+$/, 'has characters a collection cannot have'),
  ),
  stuckAfterMs: variable('WEBHOOK_STUCK_AFTER', duration.default(45_000)),
  wedgedAfterMs: variable('WEBHOOK_WEDGED_AFTER', duration.default(100_000)),
  workerName: variable('WEBHOOK_WORKER_NAME', text.default(`worker-${process.pid}`)),
  keywordDir: variable('WEBHOOK_KEYWORD_DIR', z.string().default('/app/data/bm25')),
  heartbeatFile: variable('WEBHOOK_HEARTBEAT_FILE', z.string().default('/run/pulse/heartbeat')),
  hfHome: variable('HF_HOME', z.string().default('/app/.cache/huggingface')),
  // In place of the setting's own: where it is absent, the hub itself.
  hfEndpoint: variable('HF_ENDPOINT', httpUrl.default('https://huggingface.co')),
};

/** Only in a replica of the API. */
export const frontDoorVariables = {
  /** Name on the network of the proxy before the API. */
  frontDoor: variable('WEBHOOK_FRONT_DOOR', text.optional()),
  /** On which the proxy and each replica listen. */
  port: variable('WEBHOOK_PORT', integer(1, 65_535).prefault('50108')),
};

type Variables = Readonly<Record<string, Variable<z.ZodType>>>;
export type ValuesOf<V extends Variables> = {
  readonly [Field in keyof V]: z.output<V[Field]['schema']>;
};

/** Times in milliseconds, addresses without a trailing slash. */
export type Settings = ValuesOf<typeof variables>;

/**
 * Reads the worker's environment.
 *
 * @throws SettingsError with all faults at once; never a value, since many are secret
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return readVariables(variables, env);
}

/** Reads any program's environment, as {@link readSettings} does. */
export function readVariables<V extends Variables>(wanted: V, env: NodeJS.ProcessEnv): ValuesOf<V> {
  const fields = Object.entries(wanted);
  const schema = z.object(Object.fromEntries(fields.map(([field, one]) => [field, one.schema])));
  const parsed = schema.safeParse(
    Object.fromEntries(fields.map(([field, { name }]) => [field, env[name]])),
    // A process parses once: compiling the schema before that takes longer than it saves.
    { jitless: true },
  );
  if (parsed.success) return parsed.data as ValuesOf<V>;
  const faults = parsed.error.issues.map(({ path, message, code }) => {
    const name = wanted[String(path[0])]?.name;
    return `${name} ${code === 'invalid_type' ? 'is missing' : message}`;
  });
  throw new SettingsError('the environment', faults);
}

import { z } from 'zod';

import { SettingsError } from '../shared/settings-error.ts';
import { settingVariables } from './settings/generated.ts';
import { address, duration, httpUrl, text, variable } from './settings/kinds.ts';

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
  hfEndpoint: variable('HF_ENDPOINT', httpUrl.default('https://huggingface.co')),
};

type Variables = typeof variables;
type Field = keyof Variables;

/** Times in milliseconds, addresses without a trailing slash. */
export type Settings = { readonly [F in Field]: z.output<Variables[F]['schema']> };

const fields = Object.keys(variables) as Field[];
const schema = z.object(
  Object.fromEntries(fields.map((field) => [field, variables[field].schema])),
);

/**
 * Reads the worker's environment.
 *
 * @throws SettingsError with all faults at once; never a value, since many are secret
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const parsed = schema.safeParse(
    Object.fromEntries(fields.map((field) => [field, env[variables[field].name]])),
    // A process parses once: compiling the schema before that takes longer than it saves.
    { jitless: true },
  );
  if (parsed.success) return parsed.data as Settings;
  const faults = parsed.error.issues.map(({ path, message, code }) => {
    const { name } = variables[path[0] as Field];
    return `${name} ${code === 'invalid_type' ? 'is missing' : message}`;
  });
  throw new SettingsError('the environment', faults);
}

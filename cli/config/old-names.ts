import { settingRows } from '../../settings.ts';
import type { Key } from '../../settings.ts';

/** What one line of the old `.env` means for a stack. */
export interface Meaning {
  readonly settings?: Partial<Record<Key, string>>;
  /** What stood there in plain text. */
  readonly secret?: {
    readonly key: Key;
    readonly text: string;
    /** Where the old one goes on being accepted when a new one is made. */
    readonly previous?: Key;
  };
  /** What a person should know about it. */
  readonly note?: string;
}

type Reading = (text: string) => Meaning;

/** The stores of the old deployment, as its containers called them: a stack has the same. */
const postgres = { host: 'pulse_postgres', user: 'firecrawl', database: 'pulse_postgres' };
const redisHost = 'pulse_redis';

const as =
  (key: Key, translate = (text: string): string => text): Reading =>
  (text) => ({ settings: { [key]: translate(text) } });
const secret =
  (key: Key): Reading =>
  (text) => ({ secret: { key, text } });
/** The old settings took bare seconds as well. */
const withUnit = (text: string): string => (/^\d+$/.test(text) ? `${text}s` : text);

const readings: Record<string, Reading> = {
  ...Object.fromEntries(
    Object.values(settingRows).flatMap(({ key, env }) =>
      env === undefined ? [] : [[env, as(key)]],
    ),
  ),
  REDIS_URL: (text) =>
    store(text, 'redisPassword', ({ hostname }) =>
      hostname === redisHost
        ? []
        : [`its Redis is ${hostname}; a stack has its own, and jobs left there are not taken over`],
    ),
  WEBHOOK_DATABASE_URL: (text) =>
    store(
      text.replace(/^postgresql\+\w+:/, 'postgresql:'),
      'postgresPassword',
      ({ hostname, username, pathname }) => [
        ...(hostname === postgres.host
          ? []
          : [`its Postgres is ${hostname}; a stack has its own: restore a dump into it`]),
        ...(username === postgres.user && pathname === `/${postgres.database}`
          ? []
          : [
              `role ${username} and database ${pathname.slice(1)} become ` +
                `${postgres.user} and ${postgres.database}`,
            ]),
      ],
    ),
  WEBHOOK_API_SECRET: (text) => ({
    secret: { key: 'apiSecret', text, previous: 'apiSecretPrevious' },
  }),
  WEBHOOK_SECRET: secret('webhookSecret'),
  WEBHOOK_HOST: (text) => ({
    settings: { apiHost: text === 'localhost' ? '127.0.0.1' : text },
    ...(text === '0.0.0.0' && {
      note: 'every network of the host reaches the API, unencrypted; 127.0.0.1 keeps it on the host',
    }),
  }),
  WEBHOOK_PORT: as('apiPort'),
  WEBHOOK_TEI_URL: (text) => ({ settings: { teiUrl: text, gpuHost: 'external' } }),
  WEBHOOK_ENABLE_WORKER: (text) =>
    text.toLowerCase() === 'false'
      ? {}
      : {
          note:
            'workers never run inside the API here; each is a container of its own, and ' +
            'pulse:workerReplicas says how many',
        },
  WEBHOOK_WORKER_REPLICAS: as('workerReplicas'),
  WEBHOOK_INDEXING_JOB_TIMEOUT: as('indexingJobTimeout', withUnit),
  WEBHOOK_LOG_LEVEL: as('logLevel', (text) => text.toUpperCase()),
  APPDATA_BASE: as('appdataBase'),
};

function store(text: string, key: Key, notes: (parsed: URL) => string[]): Meaning {
  if (!URL.canParse(text)) return { note: 'it is not a URL' };
  const parsed = new URL(text);
  const note = notes(parsed).join('; ');
  return {
    ...(parsed.password !== '' && { secret: { key, text: decodeURIComponent(parsed.password) } }),
    ...(note !== '' && { note }),
  };
}

/** Every variable of the old deployment. */
export const oldNames: readonly string[] = Object.keys(readings);

/** @returns `undefined` for a variable of neither the old deployment nor a setting */
export function interpretVariable(name: string, text: string): Meaning | undefined {
  return Object.hasOwn(readings, name) ? readings[name]?.(text) : undefined;
}

import { settingRows } from '../../settings.ts';
import type { Key } from '../../settings.ts';
import { reasonNotNeeded } from './old-reasons.ts';
import { parseStoreUrl } from './store-url.ts';
import type { StoreUrl } from './store-url.ts';

/** What one line of the old `.env` means for a stack. */
export interface Meaning {
  readonly settings?: Partial<Record<Key, string>>;
  readonly secret?: OldSecret;
  /** What a person should know about it. */
  readonly note?: string;
  /** Why nothing can be taken from it; never quotes it. */
  readonly problem?: string;
  /** It asks for what a stack has or does in any case. */
  readonly isThere?: boolean;
}

/** What stood in the file in plain text. */
export interface OldSecret {
  readonly key: Key;
  readonly text: string;
  /** A service that exists has given it out: a new one made here would open nothing. */
  readonly isIssued?: boolean;
  /** Where the old one goes on being accepted when a new one is made. */
  readonly previous?: Key;
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
const issued =
  (key: Key): Reading =>
  (text) =>
    isPlaceholder(text)
      ? { note: 'it is a placeholder or a comment, and no key' }
      : { secret: { key, text, isIssued: true } };

const isPlaceholder = (text: string): boolean =>
  // After `KEY= # text` Compose takes the comment for the value.
  /^# |^<.*>$|^(?:(?:hf_|fc-)?your[-_].*(?:here|key|token)|(?:hf_|fc-)?x{4,})$|^replace_with_/i.test(
    text,
  );

/**
 * What a program replaces before Compose starts: encrypted by sops or dotenvx, the place in a store
 * of secrets (1Password, Vault, vals), a template, a command of a shell. It is no key of anything,
 * and an encrypted one may stand in a repository for all to read.
 */
const isReplacedLater = (text: string): boolean =>
  /^(ENC\[[\w-]+,|encrypted:|op:\/\/|vault:|ref\+\w+:\/\/|\{\{|\$\(|`)/.test(text);
const replacedLater: Meaning = {
  problem:
    'is encrypted, or says only where its value is; give the file with its values, as in ' +
    './pulse config import <(sops decrypt .env)',
};

/**
 * The address of a sender. Some of its names were read by other programs of the old deployment as
 * well: its `.env.example` gives them as the host reaches it.
 */
const sender =
  (key: Key): Reading =>
  (text) => {
    if (isPlaceholder(text)) return { note: 'it is a placeholder or a comment, and no address' };
    return isOfHostAlone(text)
      ? { note: `containers do not reach it there: pulse:${key} is its address as they do` }
      : { settings: { [key]: text } };
  };

function isOfHostAlone(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return /^(?:(?:.*\.)?localhost\.?|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(
    new URL(text).hostname,
  );
}

/** The old settings took bare seconds as well, days, and capitals. */
function withUnit(text: string): string {
  const [, count = '', unit = 's'] = /^(\d+)([smhd]?)$/.exec(text.toLowerCase()) ?? [];
  if (count === '') return text;
  return unit === 'd' ? `${Number(count) * 24}h` : `${count}${unit || 's'}`;
}

/** The names that Python has for its levels of logging, and Pulse has not. */
const logLevels: Record<string, string> = { WARN: 'WARNING', CRITICAL: 'ERROR', FATAL: 'ERROR' };

const redisUrl = store('redisPassword', ({ host }) =>
  host === redisHost
    ? []
    : [`its Redis is ${host}; a stack has its own, and jobs left there are not taken over`],
);

const databaseUrl = store('postgresPassword', ({ host, user, database }) => [
  ...(host === postgres.host
    ? []
    : [`its Postgres is ${host}; a stack has its own: restore a dump into it`]),
  ...(user === postgres.user && database === postgres.database
    ? []
    : [`role ${user} and database ${database} become ${postgres.user} and ${postgres.database}`]),
]);

const readings: Record<string, Reading> = {
  ...Object.fromEntries(
    Object.values(settingRows).flatMap(({ key, env, kind }) =>
      env === undefined ? [] : [[env, kind.isSecret ? issued(key) : as(key)]],
    ),
  ),
  REDIS_URL: redisUrl,
  WEBHOOK_REDIS_URL: redisUrl,
  REDIS_PASSWORD: secret('redisPassword'),
  REDIS_PORT: as('redisPort'),
  DATABASE_URL: databaseUrl,
  WEBHOOK_DATABASE_URL: databaseUrl,
  POSTGRES_PASSWORD: secret('postgresPassword'),
  POSTGRES_PORT: as('postgresPort'),
  WEBHOOK_API_SECRET: (text) => ({
    secret: { key: 'apiSecret', text, previous: 'apiSecretPrevious' },
  }),
  WEBHOOK_SECRET: (text) => ({
    secret: { key: 'webhookSecret', text, previous: 'webhookSecretPrevious' },
  }),
  WEBHOOK_HOST: (text) => ({
    settings: { apiHost: text === 'localhost' ? '127.0.0.1' : text },
    ...(text === '0.0.0.0' && {
      note:
        'every network of the host reaches the API, unencrypted; ' +
        '127.0.0.1 keeps it on the host',
    }),
  }),
  WEBHOOK_PORT: as('apiPort'),
  WEBHOOK_TEI_URL: (text) => ({ settings: { teiUrl: text, gpuHost: 'external' } }),
  HUGGING_FACE_HUB_TOKEN: issued('huggingfaceToken'),
  FIRECRAWL_API_URL: sender('firecrawlUrl'),
  WEBHOOK_FIRECRAWL_API_URL: sender('firecrawlUrl'),
  FIRECRAWL_API_KEY: issued('firecrawlApiKey'),
  CHANGEDETECTION_INTERNAL_URL: sender('changedetectionUrl'),
  CHANGEDETECTION_API_URL: sender('changedetectionUrl'),
  WEBHOOK_CHANGEDETECTION_API_URL: sender('changedetectionUrl'),
  CHANGEDETECTION_API_KEY: issued('changedetectionApiKey'),
  WEBHOOK_ENABLE_WORKER: (text) =>
    /^(false|0|no|off|f|n)$/i.test(text)
      ? { isThere: true }
      : {
          note:
            'workers never run inside the API here; each is a container of its own, and ' +
            'pulse:workerReplicas says how many',
        },
  WEBHOOK_WORKER_REPLICAS: as('workerReplicas'),
  WEBHOOK_INDEXING_JOB_TIMEOUT: as('indexingJobTimeout', withUnit),
  INDEXING_JOB_TIMEOUT: as('indexingJobTimeout', withUnit),
  WEBHOOK_LOG_LEVEL: as('logLevel', (text) => logLevels[text.toUpperCase()] ?? text.toUpperCase()),
  APPDATA_BASE: as('appdataBase'),
};

function store(key: Key, describe: (url: StoreUrl) => string[]): Reading {
  return (text) => {
    const url = parseStoreUrl(text);
    if ('problem' in url) return url;
    const note = describe(url).join('; ');
    if (url.password === '' && note === '')
      return { isThere: true, note: 'a stack has its own at this address, with a password' };
    return {
      ...(url.password !== '' && { secret: { key, text: url.password } }),
      ...(note !== '' && { note }),
    };
  };
}

/** Every variable of the old deployment that has a meaning for a stack. */
export const oldNames: readonly string[] = Object.keys(readings);

/**
 * How the old deployment chose between two names of one thing: `WEBHOOK_` first, `SEARCH_BRIDGE_`
 * last, of changedetection.io the address inside before the one outside. `POSTGRES_PASSWORD` and
 * `REDIS_PASSWORD` are parts that others are made of.
 */
export function precedenceOf(name: string): number {
  if (/^(POSTGRES|REDIS)_PASSWORD$/i.test(name)) return 4;
  if (name.startsWith('SEARCH_BRIDGE_')) return 3;
  if (name.toUpperCase() === 'CHANGEDETECTION_API_URL') return 2;
  return name.startsWith('WEBHOOK_') ? 0 : 1;
}

/** The name of today of an earlier one, or of the key that a service itself is started with. */
function currentName(name: string): string {
  return name
    .replace(/^SEARCH_BRIDGE_(WEBHOOK_)?/, 'WEBHOOK_')
    .replace(/^(TEI|QDRANT|OLLAMA)_(_SERVICE__)?API_KEY$/, 'WEBHOOK_$1_API_KEY');
}

/** @returns `undefined` for a variable of neither the old deployment nor a setting */
export function interpretVariable(name: string, text: string): Meaning | undefined {
  // The old settings were read without regard to capitals.
  const current = currentName(name.toUpperCase());
  if (Object.hasOwn(readings, current)) {
    if (text === '')
      return { isThere: true, note: 'it is empty, so what the stack has or the default holds' };
    return isReplacedLater(text) ? replacedLater : readings[current]?.(text);
  }
  const note = reasonNotNeeded(current);
  return note === undefined ? undefined : { note };
}

import { describe, expect, test } from 'vitest';

import { importEnvFile, secretValue } from '../../../../cli/config/import.ts';
import type { Current } from '../../../../cli/config/import.ts';
import { oldNames } from '../../../../cli/config/old-names.ts';
import { parseSettings } from '../../../../settings/parse.ts';

const old = `
REDIS_URL=redis://:plain-redis@pulse_redis:6379/0
WEBHOOK_DATABASE_URL=postgresql+asyncpg://firecrawl:plain%2Fpostgres@pulse_postgres:5432/pulse_postgres
WEBHOOK_API_SECRET="plain-api"
WEBHOOK_SECRET='plain-webhook'
WEBHOOK_HOST=0.0.0.0
WEBHOOK_PORT=50108
WEBHOOK_TEI_URL=http://10.8.0.2:52000
WEBHOOK_QDRANT_URL=http://100.74.16.82:52001 # the GPU host
WEBHOOK_OLLAMA_URL=http://100.74.16.82:52003
WEBHOOK_ENABLE_WORKER=false
WEBHOOK_WORKER_REPLICAS=6
WEBHOOK_INDEXING_JOB_TIMEOUT=900
WEBHOOK_WORKER_BATCH_SIZE=4
WEBHOOK_EMBEDDING_MODEL=Qwen/Qwen3-Embedding-0.6B
WEBHOOK_VECTOR_DIM=1024
WEBHOOK_MAX_CHUNK_TOKENS=512
WEBHOOK_CHUNK_OVERLAP_TOKENS=50
WEBHOOK_LOG_LEVEL=debug
APPDATA_BASE=/mnt/cache/appdata
FIRECRAWL_API_URL=http://firecrawl:3002
`;
const read = (text = old, current: Current = {}, keep = false) =>
  importEnvFile('prod', text, current, keep);
const outcome = (name: string, imported = read()) =>
  imported.lines.filter((line) => line.name === name).map((line) => line.outcome);

describe('an old .env file', () => {
  test('becomes the settings whose values differ from those of the stack', () => {
    expect(read().plain).toEqual({
      teiUrl: 'http://10.8.0.2:52000',
      qdrantUrl: 'http://100.74.16.82:52001',
      ollamaUrl: 'http://100.74.16.82:52003',
      workerReplicas: '6',
      indexingJobTimeout: '900s',
      logLevel: 'DEBUG',
      apiHost: '0.0.0.0',
      appdataBase: '/mnt/cache/appdata',
    });
    expect(outcome('WEBHOOK_VECTOR_DIM')).toEqual(['unchanged']);
  });

  test('is understood in every name that Pulse replaces', () => {
    const names = old.split('\n').flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
    expect(names.filter((name) => oldNames.includes(name))).toHaveLength(19);
    expect(
      read()
        .lines.filter((line) => line.outcome === 'not understood')
        .map(({ name }) => name),
    ).toEqual(['FIRECRAWL_API_URL']);
  });

  test('yields new, long, random secrets instead of its own', () => {
    const { secrets } = read();
    expect(Object.keys(secrets).sort()).toEqual([
      'apiSecret',
      'postgresPassword',
      'redisPassword',
      'webhookSecret',
    ]);
    for (const text of Object.values(secrets)) expect(text).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(Object.values(secrets)).size).toBe(4);
  });

  test('has the key of the API accepted next to the new one, while callers change', () => {
    const { previous, lines } = read();
    expect(previous).toEqual({ apiSecretPrevious: 'plain-api' });
    expect(lines.find(({ setting }) => setting === 'apiSecretPrevious')).toMatchObject({
      name: 'WEBHOOK_API_SECRET',
      outcome: 'kept from the file',
      note: expect.stringMatching(/log names who.*pulumi config rm pulse:apiSecretPrevious/),
    });
    const settings = { ...read().plain, ...read().secrets, ...previous };
    expect(parseSettings('prod', settings).apiKeys.apiSecretPrevious).toBe('plain-api');
  });

  test.each([
    ['changeme', 'looks like a placeholder'],
    ['short', 'has 5 characters; 8 are the least'],
    ['two words', 'has blanks'],
  ])('has a key of the API such as "%s" not accepted any more', (key, problem) => {
    const { previous, lines } = read(`WEBHOOK_API_SECRET='${key}'`);
    expect(previous).toEqual({});
    expect(lines).toMatchObject([
      { setting: 'apiSecret', outcome: 'made anew' },
      { setting: 'apiSecretPrevious', outcome: 'not kept' },
    ]);
    expect(lines[1]?.note).toContain(problem);
    expect(JSON.stringify(lines)).not.toContain(`"${key}`);
  });

  test('has no previous key of the API where the stack has one, or keeps the old one', () => {
    const strong = 'Zq3'.repeat(4) + 'x-._~'.repeat(5);
    expect(read(old, { apiSecret: secretValue }).previous).toEqual({});
    expect(read(old, { apiSecretPrevious: secretValue }).previous).toEqual({});
    expect(read(`WEBHOOK_API_SECRET=${strong}`, {}, true)).toMatchObject({
      secrets: { apiSecret: strong },
      previous: {},
    });
  });

  test('that lets workers run inside the API is told that they never do, and what there is', () => {
    expect(read('WEBHOOK_ENABLE_WORKER=true').lines).toMatchObject([
      { outcome: 'not needed', note: expect.stringMatching(/never run inside.*workerReplicas/) },
    ]);
    expect(read('WEBHOOK_ENABLE_WORKER=false').lines).toMatchObject([{ note: '' }]);
  });

  test('keeps its secrets, decoded, only on request, and is refused when they are weak', () => {
    const strong = 'Zq3'.repeat(4) + 'x-._~'.repeat(5);
    expect(read(`REDIS_URL=redis://:${strong}@pulse_redis:6379`, {}, true).secrets).toEqual({
      redisPassword: strong,
    });
    expect(() => read(old, {}, true)).toThrow(/pulse:redisPassword has 11 characters/);
  });

  test('changes nothing when it is imported a second time', () => {
    const { plain, secrets } = read();
    const current = {
      ...plain,
      ...Object.fromEntries(Object.keys(secrets).map((key) => [key, secretValue])),
    } as Current;
    expect(read(old, current)).toMatchObject({ plain: {}, secrets: {} });
    expect(outcome('WEBHOOK_API_SECRET', read(old, current))).toEqual(['there already']);
  });

  test('is reported without any secret, old or new', () => {
    const { lines, secrets } = read();
    for (const text of ['plain', ...Object.values(secrets)])
      expect(JSON.stringify(lines)).not.toContain(text);
  });

  test('that opens the API to every network is reported with what that means', () => {
    const line = read().lines.find(({ name }) => name === 'WEBHOOK_HOST');
    expect(line).toMatchObject({ setting: 'apiHost', outcome: 'set' });
    expect(line?.note).toMatch(/every network of the host.*127\.0\.0\.1/);
    expect(read('WEBHOOK_HOST=localhost').lines).toMatchObject([
      { setting: 'apiHost', outcome: 'unchanged', note: '' },
    ]);
  });

  test('that names another Postgres is reported with what becomes of role and database', () => {
    const [line] = read('WEBHOOK_DATABASE_URL=postgresql://me:word@db.lan:5432/pages').lines;
    expect(line?.note).toMatch(
      /its Postgres is db\.lan.*role me and database pages become firecrawl and pulse_postgres/,
    );
  });

  test('with invalid values is refused with every fault', () => {
    expect(() => read('WEBHOOK_WORKER_REPLICAS=eight\nWEBHOOK_PORT=http')).toThrow(
      /workerReplicas is 'eight'[^]*apiPort is 'http'/,
    );
  });
});

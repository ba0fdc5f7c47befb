import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { importEnvFile, secretValue } from '../../../../cli/config/import.ts';
import type { Current } from '../../../../cli/config/import.ts';
import { oldNames } from '../../../../cli/config/old-names.ts';
import { parseSettings } from '../../../../settings/parse.ts';
import { SettingsError } from '../../../../shared/settings-error.ts';

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
SOMETHING_ELSE=1
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
      firecrawlUrl: 'http://firecrawl:3002',
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
    expect(names.filter((name) => oldNames.includes(name))).toHaveLength(20);
    const unknown = read().lines.filter((line) => line.outcome === 'not understood');
    expect(unknown.map(({ name }) => name)).toEqual(['SOMETHING_ELSE']);
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

  test('has the keys of the API and of hooks accepted next to the new ones, while callers change', () => {
    const { previous, lines } = read();
    expect(previous).toEqual({
      apiSecretPrevious: 'plain-api',
      webhookSecretPrevious: 'plain-webhook',
    });
    expect(lines.find(({ setting }) => setting === 'webhookSecretPrevious')).toMatchObject({
      name: 'WEBHOOK_SECRET',
      outcome: 'kept from the file',
    });
    expect(lines.find(({ setting }) => setting === 'apiSecretPrevious')).toMatchObject({
      name: 'WEBHOOK_API_SECRET',
      outcome: 'kept from the file',
      note: expect.stringMatching(/log names who.*pulumi config rm pulse:apiSecretPrevious/),
    });
    const settings = { ...read().plain, ...read().secrets, ...previous };
    expect(parseSettings('prod', settings).apiKeys.apiSecretPrevious).toBe('plain-api');
  });

  test('has no previous key of the API where the stack has one, or keeps the old one', () => {
    const strong = 'Zq3'.repeat(4) + 'x-._~'.repeat(5);
    const hooks = { webhookSecretPrevious: 'plain-webhook' };
    expect(read(old, { apiSecret: secretValue }).previous).toEqual(hooks);
    expect(read(old, { apiSecretPrevious: secretValue }).previous).toEqual(hooks);
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

  test('with invalid values and unreadable lines is refused with all of them, and their lines', () => {
    expect(() => read('WEBHOOK_PORT=http\nMY KEY=hunter2')).toThrow(
      /apiPort is 'http'[^]*line 2 has a blank within its name/,
    );
  });

  test.each([
    ['GPU_HOST=10.8.0.2\nWEBHOOK_TEI_URL=http://${GPU_HOST}:52000', 'http://10.8.0.2:52000'],
    ['WEBHOOK_TEI_URL="http://${GPU_HOST:-10.8.0.3}:52000"', 'http://10.8.0.3:52000'],
    ['H=a\nexport WEBHOOK_TEI_URL: http://${H:+b}:${P-1} # GPU', 'http://b:1'],
    ['\ufeffWEBHOOK_TEI_URL=http://gpu.lan:52000\r\n', 'http://gpu.lan:52000'],
  ])('has its variables replaced: %j', (text, teiUrl) => {
    expect(read(text).plain).toEqual({ teiUrl });
  });

  test('that names a variable that it does not set says that it stands for nothing', () => {
    const { lines } = read('WEBHOOK_API_SECRET=x${VAULT}\nAPPDATA_BASE=${ROOT}/data\nROOT=/srv');
    expect(lines.map(({ note }) => note)).toEqual([
      expect.stringMatching(/^a variable in it is not set.*\$\$ writes a \$$/),
      expect.stringContaining('callers need the new one'),
      'needs ROOT, which no line above sets: nothing stands there',
      '',
    ]);
    expect(() => read('WEBHOOK_TEI_URL=http://${GPU_HOST}:52000')).toThrow(
      /teiUrl.*not a URL[^]*line 1 WEBHOOK_TEI_URL needs GPU_HOST, which no line above sets/,
    );
  });

  test('with a comment in place of a value says that Compose takes it for the value', () => {
    expect(() => read('WEBHOOK_WORKER_REPLICAS= # eight')).toThrow(
      /is '# eight'[^]*line 1 WEBHOOK_WORKER_REPLICAS what follows = is its value for Compose/,
    );
  });

  test('with a $ in a secret says so without a part of the secret', () => {
    const text =
      'WEBHOOK_API_SECRET=pa$hunter2\nWEBHOOK_SECRET=$hunter2\nREDIS_URL=redis://:x$hunter2@h';
    const { lines } = read(text);
    expect(lines.filter(({ note }) => note.includes('$$ writes a $'))).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  test('has empty values that mean the default', () => {
    const imported = read(
      'WEBHOOK_WORKER_REPLICAS=\nWEBHOOK_API_SECRET=""\nREDIS_URL=\nAPPDATA_BASE=\'\'',
    );
    expect(imported).toMatchObject({ plain: {}, secrets: {}, previous: {}, unread: 0 });
    expect(imported.lines.map((line) => line.outcome)).toEqual(Array(4).fill('unchanged'));
  });

  test('has the last line of a name count, and says so of the others', () => {
    const { lines, plain } = read('WEBHOOK_PORT=1\nWEBHOOK_PORT=2\nWEBHOOK_PORT=3');
    expect(plain).toEqual({ apiPort: '3' });
    expect(lines).toMatchObject([
      { line: 1, outcome: 'not needed', note: 'line 3 sets it again, and counts' },
      { line: 2, outcome: 'not needed' },
      { line: 3, outcome: 'set', setting: 'apiPort' },
    ]);
  });

  test.each([
    ['REDIS_URL=redis://:one-one-one@h', 'WEBHOOK_REDIS_URL=redis://:two-two-two@h'],
    ['REDIS_PASSWORD=one-one-one', 'SEARCH_BRIDGE_REDIS_URL=redis://:two-two-two@h'],
    ['SEARCH_BRIDGE_REDIS_URL=redis://:one-one-one@h', 'REDIS_URL=redis://:two-two-two@h'],
    ['POSTGRES_PASSWORD=one-one-one', 'WEBHOOK_DATABASE_URL=postgres://u:two-two-two@h/d'],
    ['SEARCH_BRIDGE_API_SECRET=one-one-one', 'WEBHOOK_API_SECRET=two-two-two'],
  ])('with two names of one thing, %s and %s, has the one of the old order', (lesser, greater) => {
    for (const text of [`${lesser}\n${greater}`, `${greater}\n${lesser}`]) {
      const { lines } = read(text);
      const left = lines.find(({ name }) => lesser.startsWith(name));
      expect(left).toMatchObject({
        outcome: 'not needed',
        note: expect.stringMatching(/ on line \d counts before it$/),
      });
      expect(lines.filter((line) => line.outcome === 'made anew')).toHaveLength(1);
    }
  });

  test('has a line of the report for each of its lines, also those that cannot be read', () => {
    const { lines, unread } = read(
      'WEBHOOK_PORT=50108\nMIIEvQIBADANBgkqhkiG9w==\nsk-hunter2\nX_Y=1',
    );
    expect(lines).toMatchObject([
      { line: 1, name: 'WEBHOOK_PORT', outcome: 'unchanged' },
      { line: 2, name: '', outcome: 'not understood' },
      { line: 3, name: '', outcome: 'not understood' },
      { line: 4, name: 'X_Y', outcome: 'not understood' },
    ]);
    expect(unread).toBe(1);
    expect(JSON.stringify(lines)).not.toMatch(/MII|hunter2/);
  });

  test('has a reason for every line of the old deployment that sets nothing', () => {
    const text = 'REDIS_URL=redis://pulse_redis:6379\nGPU=h\nWEBHOOK_TEI_URL=http://$GPU:1';
    expect(read(text).lines.slice(0, 2)).toMatchObject([
      { outcome: 'unchanged', note: 'a stack has its own at this address, with a password' },
      { outcome: 'not needed', note: 'what other values are made of (line 3)' },
    ]);
    expect(read('WEBHOOK_ENABLE_WORKER=0').lines).toMatchObject([{ outcome: 'unchanged' }]);
  });

  test('has a name that is nearly one of the old deployment told what was meant', () => {
    expect(read('WEBHOOK_WORKER_REPLICA=3').lines).toMatchObject([
      { outcome: 'not understood', note: 'did you mean WEBHOOK_WORKER_REPLICAS?' },
    ]);
  });

  test.each([
    ['WEBHOOK_QDRNT_URL', 'did you mean WEBHOOK_QDRANT_URL?'],
    ['WEBHOOK_REPLICAS', 'did you mean WEBHOOK_WORKER_REPLICAS?'],
    ['WEBHOOK_WORKERS', ''],
    ['WEBHOOK_FOO', ''],
    ['WEBHOOK_THEME', ''],
  ])('has a name told what was meant where more than its prefix is near: %s', (name, note) => {
    expect(read(`${name}=3`).lines).toMatchObject([{ outcome: 'not understood', note }]);
  });

  test('has its lines told in a report that holds each of them, whatever they are', () => {
    const name = fc.oneof(
      fc.constantFrom(...oldNames, 'MCP_PORT', 'GPU', 'SEARCH_BRIDGE_REDIS_URL', 'X y', ''),
      fc.stringMatching(/^[A-Za-z_]{1,8}$/),
    );
    const text = fc.oneof(
      fc.constantFrom('', '"x"', '${GPU:-h}', '$GPU', '${', 'redis://:p/w@h', 'u:1/p@h'),
      fc.stringMatching(/^[\w:@/#$-]{0,12}$/),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text), { maxLength: 12 }), (pairs) => {
        const file = pairs.map(([one, value]) => `${one}=${value}`);
        let lines;
        try {
          ({ lines } = read(file.join('\n')));
        } catch (error) {
          expect(error).toBeInstanceOf(SettingsError);
          return;
        }
        const told = [...new Set(lines.map(({ line }) => line))];
        expect(told).toEqual(file.map((_, index) => index + 1));
        for (const line of lines) if (line.outcome === 'not needed') expect(line.note).not.toBe('');
      }),
    );
  });
});

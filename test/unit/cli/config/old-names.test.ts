import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { interpretVariable } from '../../../../cli/config/old-names.ts';
import { settingRows } from '../../../../settings.ts';

const fixture = join(import.meta.dirname, '../../../fixtures/old-env-names.txt');
const names = readFileSync(fixture, 'utf8')
  .split('\n')
  .filter((line) => /^\w/.test(line));

test.each(names)('%s of the old deployment has a meaning or a reason', (name) => {
  const { settings, secret, note, problem } = interpretVariable(name, 'x') ?? {};
  expect(settings ?? secret ?? note ?? problem ?? 'nothing').not.toBe('nothing');
});

test.each([
  ['WEBHOOK_FIRECRAWL_TIMEOUT', /starts no crawls/],
  ['CHANGEDETECTION_ENABLE_AUTO_WATCH', /makes no watches/],
  ['WEBHOOK_CHANGEDETECTION_HMAC_SECRET', /changedetection\.io/],
  ['WEBHOOK_QDRANT_COLLECTION', /a name of its own/],
  ['SEARCH_BRIDGE_RRF_K', /measured/],
  ['QDRANT__SERVICE__GRPC_PORT', /GPU host/],
  ['MCP_GOOGLE_CLIENT_SECRET', /MCP server/],
])('%s is left out with a reason', (name, reason) => {
  expect(interpretVariable(name, '')).toEqual({ note: expect.stringMatching(reason) });
});

test.each(['WEBHOOK_QDRANT_API_KEY', 'QDRANT_API_KEY', 'QDRANT__SERVICE__API_KEY'])(
  '%s is the key of Qdrant',
  (name) => {
    expect(interpretVariable(name, 'k')?.secret).toEqual({
      key: 'qdrantApiKey',
      text: 'k',
      isIssued: true,
    });
  },
);

test.each([
  ['WEBHOOK_FIRECRAWL_API_URL', 'firecrawlUrl'],
  ['WEBHOOK_CHANGEDETECTION_API_URL', 'changedetectionUrl'],
  ['FIRECRAWL_API_URL', 'firecrawlUrl'],
  ['CHANGEDETECTION_INTERNAL_URL', 'changedetectionUrl'],
  ['changedetection_api_url', 'changedetectionUrl'],
])('%s is the address of a sender that is asked for what it lost', (name, key) => {
  expect(interpretVariable(name, 'http://sender:5000')).toEqual({
    settings: { [key]: 'http://sender:5000' },
  });
});

const sendersOfWebhook = ['WEBHOOK_FIRECRAWL_API_URL', 'WEBHOOK_CHANGEDETECTION_API_URL'];

test.each(['http://localhost:50102', 'https://127.0.0.1', 'http://[::1]:1', '<firecrawl-api-url>'])(
  'the address %s, which containers do not reach, is left out with a note',
  (text) => {
    for (const name of ['FIRECRAWL_API_URL', 'CHANGEDETECTION_API_URL', ...sendersOfWebhook])
      expect(interpretVariable(name, text)).toEqual({ note: expect.stringMatching(/address/) });
  },
);

test('no secret of the table of settings is ever read as a plain setting', () => {
  for (const { kind, key, env } of Object.values(settingRows)) {
    if (!kind.isSecret || env === undefined) continue;
    expect(interpretVariable(env, 'a key')).toEqual({
      secret: { key, text: 'a key', isIssued: true },
    });
  }
  for (const name of names)
    for (const key of Object.keys(interpretVariable(name, 'x')?.settings ?? {}))
      expect(settingRows[key as keyof typeof settingRows].kind.isSecret).toBe(false);
});

test.each([
  ['WEBHOOK_INDEXING_JOB_TIMEOUT', '600', { indexingJobTimeout: '600s' }],
  ['INDEXING_JOB_TIMEOUT', '10M', { indexingJobTimeout: '10m' }],
  ['WEBHOOK_INDEXING_JOB_TIMEOUT', '1d', { indexingJobTimeout: '24h' }],
  ['WEBHOOK_LOG_LEVEL', 'warn', { logLevel: 'WARNING' }],
  ['WEBHOOK_LOG_LEVEL', 'critical', { logLevel: 'ERROR' }],
  ['SEARCH_BRIDGE_VECTOR_DIM', '384', { vectorDim: '384' }],
  ['POSTGRES_PORT', '5433', { postgresPort: '5433' }],
])('%s=%s is written as the settings want it', (name, text, settings) => {
  expect(interpretVariable(name, text)).toEqual({ settings });
});

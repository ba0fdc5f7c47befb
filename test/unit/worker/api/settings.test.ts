import { describe, expect, test } from 'vitest';

import { SettingsError } from '../../../../shared/settings-error.ts';
import { readApiSettings } from '../../../../worker/api/settings.ts';

const environment = {
  REDIS_URL: 'redis://:password@redis:6379',
  WEBHOOK_DATABASE_URL: 'postgresql://firecrawl:password@postgres:5432/pulse',
  WEBHOOK_QDRANT_URL: 'http://gpu:6333',
  WEBHOOK_TEI_URL: 'http://gpu:8080',
  WEBHOOK_OLLAMA_URL: 'http://gpu:11434',
  WEBHOOK_EMBEDDING_MODEL: 'Qwen/Qwen3-Embedding-0.6B',
  WEBHOOK_VECTOR_DIM: '1024',
  WEBHOOK_COLLECTION: 'pulse',
  WEBHOOK_API_SECRET: 'a'.repeat(32),
  WEBHOOK_SEARCH_SECRET: 'b'.repeat(32),
};
const faultsOf = (more: Readonly<Record<string, string>>): readonly string[] => {
  try {
    readApiSettings({ ...environment, ...more });
    return [];
  } catch (error) {
    return (error as SettingsError).faults;
  }
};

describe('the environment of the API', () => {
  test('needs nothing but the keys beside what a worker needs', () => {
    expect(readApiSettings(environment)).toMatchObject({
      host: '0.0.0.0',
      port: 50108,
      trustedProxies: [],
      lingerMs: 3_000,
      apiSecretPrevious: undefined,
      searchSecretPrevious: undefined,
      webhookSecret: undefined,
      webhookSecretPrevious: undefined,
      webhookSignature: 'required',
      mcp: 'on',
      webhookFrom: [],
      workerName: expect.stringMatching(/^api-\d+$/),
    });
    const { WEBHOOK_API_SECRET: _, WEBHOOK_SEARCH_SECRET: __, ...withoutKeys } = environment;
    expect(() => readApiSettings(withoutKeys)).toThrow(
      new SettingsError('the environment', [
        'WEBHOOK_API_SECRET is missing',
        'WEBHOOK_SEARCH_SECRET is missing',
      ]),
    );
  });

  test('trusts the addresses and networks that it lists', () => {
    expect(
      readApiSettings({
        ...environment,
        WEBHOOK_TRUSTED_PROXIES: '10.0.0.1, 172.20.0.0/16,::1/128',
      }),
    ).toMatchObject({ trustedProxies: ['10.0.0.1', '172.20.0.0/16', '::1/128'] });
  });

  test.each([
    'everybody',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '1',
    'true',
    '::1/129',
    '10.0.0.0/0x8',
  ])('does not trust %s', (proxies) => {
    expect(faultsOf({ WEBHOOK_TRUSTED_PROXIES: proxies })).toEqual([
      expect.stringContaining('WEBHOOK_TRUSTED_PROXIES is no list'),
    ]);
  });

  test.each([
    ['WEBHOOK_API_SECRET', 'a'.repeat(31)],
    ['WEBHOOK_SEARCH_SECRET', ''],
    ['WEBHOOK_API_SECRET_PREVIOUS', ''],
    ['WEBHOOK_SECRET', 'c'.repeat(31)],
    ['WEBHOOK_SECRET_PREVIOUS', ''],
    ['WEBHOOK_HOOK_SIGNATURE', 'never'],
    ['WEBHOOK_MCP', 'true'],
    ['WEBHOOK_HOOK_FROM', 'everybody'],
    ['WEBHOOK_PORT', '0'],
    ['WEBHOOK_PORT', '65536'],
    ['WEBHOOK_API_LINGER', '3'],
    ['WEBHOOK_CANARY_INTERVAL', 'never'],
  ])('refuses %s=%s and shows no value', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toEqual([expect.stringContaining(name)]);
    if (value.length > 5) expect(faults.join('')).not.toContain(value);
  });
});

import { describe, expect, test } from 'vitest';

import {
  collectSecrets,
  hideCredentials,
  hidePassword,
  redact,
} from '../../../shared/redaction.ts';

describe('a displayed address', () => {
  test.each([
    [
      'postgresql://firecrawl:pw@pulse_postgres:5432/pulse_postgres',
      'postgresql://firecrawl@pulse_postgres:5432/pulse_postgres',
    ],
    ['redis://:pw@pulse_redis:6379', 'redis://pulse_redis:6379'],
    ['http://pulse_tei:8080/', 'http://pulse_tei:8080'],
    ['postgresql://u@h/db?sslpassword=pw', 'postgresql://u@h/db'],
  ])('of %s carries no password', (url, shown) => {
    expect(hidePassword(url)).toBe(shown);
  });

  test('of something that is not a URL is hidden, because it may be a password', () => {
    expect(hidePassword('pw')).not.toContain('pw');
  });
});

describe('a text that was meant to be an address', () => {
  test.each([
    ['http://me:word@h:1/p', 'http://***@h:1/p'],
    ['http://token@h', 'http://***@h'],
    ['postgresql://me:wo/r@d#x@h/db', 'postgresql://***@h/db'],
    ['me:word@h:1', '***@h:1'],
    ['https://h/?api_key=word', 'https://h/?***'],
    ['https://me@h/?key=word#more', 'https://***@h/?***'],
    ['https://me:wo?rd@h:1/p', 'https://***'],
    ['https://h/?mail=me@h&key=word', 'https://***'],
    ['http://h:1', 'http://h:1'],
    ['postgres:15@sha256:bad', 'postgres:15@sha256:bad'],
    ['/srv/me@home', '/srv/me@home'],
  ])('is shown without user, password and query: %s', (text, shown) => {
    expect(hideCredentials(text)).toBe(shown);
  });
});

describe('the secrets of a target', () => {
  test('are found in URLs, encoded and decoded, and by the names of fields', () => {
    const secrets = collectSecrets({
      url: 'redis://:p%40ss@h:1',
      apiKey: 'k3y',
      collection: 'pulse',
    });
    expect(redact(secrets, 'p%40ss p@ss k3y pulse')).toBe('*** *** *** pulse');
  });

  test('leave nothing of one that holds another, in JSON neither', () => {
    const secrets = collectSecrets({
      teiApiKey: 'sk-team',
      qdrantApiKey: 'sk-team-qdrant-9f3',
      ollamaApiKey: String.raw`a"b\c`,
    });
    const text = `sk-team sk-team-qdrant-9f3 ${JSON.stringify(String.raw`a"b\c`)}`;
    expect(redact(secrets, text)).toBe('*** *** "***"');
  });

  test('are not so short that hiding them would garble a line', () => {
    expect(redact(collectSecrets({ apiKey: 'e' }), '{"level":"info"}')).toBe('{"level":"info"}');
  });

  test('include a password that is not a valid escape', () => {
    expect(collectSecrets({ url: 'redis://:100%@h:1' })).toContain('100%');
  });
});

import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { listSenders } from '../../../cli/senders/senders.ts';
import { parseSettings } from '../../../settings/parse.ts';
import { changedetectionBody, changedetectionUrl } from '../../../shared/senders.ts';

const noSecrets = { webhookSecret: undefined, apiSecret: undefined };
const secrets = { webhookSecret: 'w'.repeat(40), apiSecret: 'a'.repeat(40) };
const senders = (stack: string, configured: Record<string, string> = {}, known = noSecrets) =>
  listSenders(
    parseSettings(stack, { teiUrl: 'http://g:1', qdrantUrl: 'http://g:2', ...configured }),
    known,
  );

describe('what to enter in a sender', () => {
  test('names the secret in place of its value, unless it is asked for', () => {
    const hidden = JSON.stringify(senders('dev'));
    expect(hidden).toContain('?+X-Pulse-Token=<webhookSecret>');
    expect(hidden).toContain('Bearer <apiSecret>');
    const shown = JSON.stringify(senders('dev', {}, secrets as never));
    expect(shown).toContain(`?+X-Pulse-Token=${secrets.webhookSecret}`);
    expect(shown).toContain(`Bearer ${secrets.apiSecret}`);
  });

  test('is the address by which the front door is found from the network of the stack', () => {
    expect(senders('prod').map(({ urlInside }) => urlInside)).toEqual([
      'http://pulse_webhook:50108/api/webhook/firecrawl',
      'http://pulse_webhook:50108/api/webhook/firecrawl',
      'http://pulse_webhook:50108/api/webhook/changedetection',
      'http://pulse_webhook:50108/api/documents',
    ]);
    expect(senders('dev')[2]?.enter['notification URL']).toMatch(
      /^post:\/\/pulse-dev_webhook:50108\/api\/webhook\/changedetection\?\+X-Pulse-Token=/,
    );
  });

  test.each<[string, Record<string, string>, string, RegExp | null]>([
    ['on this host alone', {}, 'http://127.0.0.1:50108', /from this host alone: pulse:hookPort/],
    ['on an address', { apiHost: '192.0.2.10' }, 'http://192.0.2.10:50108', /192\.0\.2\.10/],
    [
      'on every address, for hooks alone',
      { hookHost: '0.0.0.0', hookPort: '50109' },
      "http://<this host's address>:50109",
      null,
    ],
    [
      'behind a proxy',
      { publicUrl: 'https://pulse.example.org' },
      'https://pulse.example.org',
      null,
    ],
  ])('is reached from elsewhere %s', (_how, configured, origin, outside) => {
    const [firecrawl] = senders('prod', configured);
    expect(firecrawl?.urlOutside).toBe(`${origin}/api/webhook/firecrawl`);
    if (outside === null) expect(firecrawl?.outside).toBeNull();
    else expect(firecrawl?.outside).toMatch(outside);
  });

  test('is JSON once changedetection.io has put its values in', () => {
    const rendered = changedetectionBody.replaceAll(/\{\{ [^}]+\|tojson \}\}/g, '"a \\"b\\""');
    expect(Object.keys(JSON.parse(rendered) as object)).toEqual([
      'watch_uuid',
      'watch_url',
      'watch_title',
      'watch_tag',
      'change_datetime',
      'diff_url',
      'preview_url',
      'diff',
      'current_snapshot',
    ]);
  });

  test('goes to the addresses that docs/api.md shows', () => {
    const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
    const hook = 'http://pulse_webhook:50108/api/webhook/changedetection';
    const url = changedetectionUrl(hook, '<webhookSecret>');
    expect(page).toContain(`${url}\n${url.replace(/^post/, 'json')}\n`);
  });

  test('is what docs/operations.md shows', () => {
    const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
    expect(page).toContain(changedetectionBody);
    for (const name of [
      'ALLOW_LOCAL_WEBHOOKS=true',
      'SELF_HOSTED_WEBHOOK_HMAC_SECRET',
      'ALLOW_IANA_RESTRICTED_ADDRESSES=true',
    ])
      expect(page).toContain(name);
  });
});

import { describe, expect, test } from 'vitest';

import { importEnvFile } from '../../../../cli/config/import.ts';
import type { Current } from '../../../../cli/config/import.ts';

const read = (text: string, current: Current = {}, keep = false) =>
  importEnvFile('prod', text, current, keep);

describe('an old .env file', () => {
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

  test.each(['q', 'dGhpcyBpcyBhIGtleQ==', 'changeme', 'pa%2Fss/w@rd#1', 'two words', "it's"])(
    'has the key of a service that exists taken as it is, and encrypted: %s',
    (key) => {
      const imported = read(`WEBHOOK_QDRANT_API_KEY="${key}"`);
      expect(imported).toMatchObject({ plain: {}, secrets: { qdrantApiKey: key }, unread: 0 });
      expect(imported.lines).toEqual([
        {
          line: 1,
          name: 'WEBHOOK_QDRANT_API_KEY',
          setting: 'qdrantApiKey',
          outcome: 'kept from the file',
          note: '',
        },
      ]);
    },
  );

  test.each([
    '',
    '""',
    "''",
    '${QDRANT_KEY:-}',
    '<qdrant-api-key>',
    ' # none yet',
    'your-api-key-here',
  ])('has no key of a service where there is none: %s', (text) => {
    expect(read(`WEBHOOK_QDRANT_API_KEY=${text}`)).toMatchObject({ plain: {}, secrets: {} });
  });

  test('has a key that no request can carry refused without showing it', () => {
    expect(() => read('WEBHOOK_QDRANT_API_KEY=hünter2')).toThrow(/qdrantApiKey has [^ü]*$/);
  });

  test('has a secret encrypted that stood in plain text in the configuration', () => {
    const imported = read('WEBHOOK_QDRANT_API_KEY=new\nWEBHOOK_SECRET=old', {
      qdrantApiKey: 'hunter2',
      webhookSecret: 'f3a1c97e0b5d4826a7c9e1f0d3b58264',
    });
    expect(imported).toMatchObject({
      plain: {},
      secrets: { qdrantApiKey: 'hunter2', webhookSecret: 'f3a1c97e0b5d4826a7c9e1f0d3b58264' },
    });
    expect(imported.lines[0]?.note).toMatch(/in plain text, and is encrypted now/);
    expect(JSON.stringify(imported.lines)).not.toContain('hunter2');
  });

  test('has names read in any case, as the old settings were', () => {
    const { plain, lines } = read('webhook_Tei_Url=http://gpu.example.org:52000');
    expect(plain).toMatchObject({ teiUrl: 'http://gpu.example.org:52000' });
    expect(lines).toContainEqual(
      expect.objectContaining({ name: 'webhook_Tei_Url', outcome: 'set' }),
    );
  });

  test.each(['REPLACE_WITH_OUTPUT_FROM_openssl_rand_hex_32', '<64-char-hex>'])(
    'has the placeholder %s of the old .env.example not accepted as a key',
    (text) => {
      expect(read(`WEBHOOK_API_SECRET=${text}`)).toMatchObject({ previous: {} });
      expect(() => read(`WEBHOOK_API_SECRET=${text}`, {}, true)).toThrow(/placeholder/);
    },
  );
});

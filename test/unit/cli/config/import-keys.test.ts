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
    'fc-YOUR_API_KEY',
    'hf_xxxxxxxxxxxxxxxx',
  ])('has no key of a service where there is none: %s', (text) => {
    expect(read(`WEBHOOK_QDRANT_API_KEY=${text}`)).toMatchObject({ plain: {}, secrets: {} });
  });

  test.each([
    ['WEBHOOK_FIRECRAWL_API_KEY', 'FIRECRAWL_API_KEY', 'firecrawlApiKey'],
    ['WEBHOOK_CHANGEDETECTION_API_KEY', 'CHANGEDETECTION_API_KEY', 'changedetectionApiKey'],
  ])('has the key of a sender under both names, %s first', (first, second, setting) => {
    const alone = read(`${second}=fc-hunter2`);
    expect(alone).toMatchObject({ plain: {}, secrets: { [setting]: 'fc-hunter2' } });
    expect(JSON.stringify(alone.lines)).not.toContain('hunter2');
    const both = read(`${second}=fc-hunter2\n${first}=fc-first`);
    expect(both.secrets).toEqual({ [setting]: 'fc-first' });
    expect(both.lines[0]).toMatchObject({ note: `${first} on line 2 counts before it` });
    // As in the old example.
    expect(read(`${second}=your-api-key-here`).secrets).toEqual({});
    expect(read(`${second}=<changedetection-api-key>`).secrets).toEqual({});
  });

  test.each(['WEBHOOK_PORT', 'WEBHOOK_LOG_LEVEL'])(
    'with a key in the value of %s, as in a line with several, does not show it',
    (name) => {
      const line = `export ${name}=1 WEBHOOK_QDRANT_API_KEY=hunter2`;
      expect(() => read(line)).toThrow(/1 WEBHOOK_QDRANT_API_KEY=\*\*\*'/);
    },
  );

  test('has the address of changedetection.io inside before the one outside', () => {
    const names = [
      'WEBHOOK_CHANGEDETECTION_API_URL',
      'CHANGEDETECTION_INTERNAL_URL',
      'CHANGEDETECTION_API_URL',
    ];
    const line = (name: string) => `${name}=http://n${names.indexOf(name)}.lan:5000`;
    for (const [index] of names.entries())
      for (const some of [names.slice(index), names.slice(index).toReversed()])
        expect(read(some.map(line).join('\n')).plain).toEqual({
          changedetectionUrl: `http://n${index}.lan:5000`,
        });
    const local = read(`${line('CHANGEDETECTION_API_URL')}\nFIRECRAWL_API_URL=http://localhost:1`);
    expect(local.plain).toEqual({ changedetectionUrl: 'http://n2.lan:5000' });
    expect(local.lines[1]).toMatchObject({ outcome: 'not needed' });
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

  test.each([
    'ENC[AES256_GCM,data:Y3J5cHQ=,iv:aXY=,tag:dGFn,type:str]', // sops
    'encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HP', // dotenvx
    'op://infra/qdrant/credential', // 1Password
    'vault:secret/data/pulse#key',
    'ref+vault://secret/pulse#/key', // vals
    '{{ lookup("env", "KEY") }}', // Ansible
    '"$(pass show pulse)"',
    '`pass show pulse`',
  ])('has a value that stands elsewhere or is encrypted taken for no secret: %s', (text) => {
    const names = ['WEBHOOK_API_SECRET', 'WEBHOOK_QDRANT_API_KEY', 'POSTGRES_PASSWORD'];
    for (const keepSecrets of [false, true]) {
      const file = names.map((name) => `${name}=${text}`).join('\n');
      const imported = read(file, {}, keepSecrets);
      expect(imported).toMatchObject({ unread: 3, secrets: {}, previous: {} });
      for (const line of imported.lines)
        expect(line).toMatchObject({
          outcome: 'not understood',
          note: expect.stringContaining('give the file with its values'),
        });
    }
  });
});

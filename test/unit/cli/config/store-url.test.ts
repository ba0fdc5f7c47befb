import { describe, expect, test } from 'vitest';

import { importEnvFile } from '../../../../cli/config/import.ts';
import { parseStoreUrl } from '../../../../cli/config/store-url.ts';

describe('the password in the address of a store', () => {
  test.each([
    ['postgresql://u:pw@h:5432/d', 'pw'],
    ['postgresql+asyncpg://u:p%2Fw%40x@h:5432/d', 'p/w@x'],
    ['postgresql://u:p%zz100%@h/d', 'p%zz100%'],
    ['postgresql://u:pa/ss/w@h:5432/d', 'pa/ss/w'],
    ['postgresql://u:pa?ss#w@h/d?ssl=require', 'pa?ss#w'],
    ['postgresql://u:p@ss@h/d', 'p@ss'],
    ['postgresql://u:a:b:c@h/d', 'a:b:c'],
    ['postgresql://u@h/d?password=p%26w', 'p&w'],
    ['redis://:p+w=@h:6379/0', 'p+w='],
    ['redis://:pä€@h', 'pä€'],
    ['rediss://default:x@[::1]:6379', 'x'],
    ['postgresql://u:p,w@h1:5432,h2:5432/d?target_session_attrs=read-write', 'p,w'],
    ['redis+sentinel://:p@s1:26379,s2:26379/mymaster/0', 'p'],
    ['postgresql://u:p@/d?host=/var/run/postgresql', 'p'],
    ['redis://h:6379/0', ''],
    ['redis://h', ''],
  ])('is found in %s', (text, password) => {
    expect(parseStoreUrl(text)).toMatchObject({ password });
  });

  test.each([
    // A port and a path, or a password? A second @ in the path?
    'postgresql://u:12/34@h:5432/d',
    'postgresql://u:p@s/w@h:5432/d',
    'postgresql://u:p/w@x@h/d',
    'postgresql://u:#w@h/d',
    'redis://:/w@h',
  ])('is not guessed in %s', (text) => {
    expect(parseStoreUrl(text)).toEqual({ problem: expect.stringMatching(/write .* as %2F/) });
  });

  test('has the first host of several, or the folder of its socket', () => {
    const hostOf = (text: string) => (parseStoreUrl(text) as { host: string }).host;
    expect(hostOf('postgresql://u:p@h1:5432,h2:5432/d,e')).toBe('h1');
    expect(hostOf('postgresql://u:p@/d?host=/var/run/postgresql')).toBe('/var/run/postgresql');
  });

  test.each([
    ['h:6379', 'is not a URL'],
    ['not a url', 'is not a URL'],
    ['://u:p@h', 'is not a URL'],
    ['postgresql://u:p@h:port/d', 'is not a URL'],
    ['redis://u:p@', 'names no host'],
  ])('is not looked for in %s, which %s', (text, problem) => {
    expect(parseStoreUrl(text)).toEqual({ problem });
  });

  test.each([
    'postgresql://firecrawl:Tr0ub4dor/3%zz@pulse_postgres:5432/pulse_postgres',
    'postgresql://firecrawl:Tr0ub4dor%2F3@db.lan:5432/pages',
    'postgresql://firecrawl:Tr0ub4dor@Tr0ub4dor/3#x@db.lan/pages',
    'postgresql://firecrawl:12/Tr0ub4dor@db.lan/pages',
    'postgresql://firecrawl:#Tr0ub4dor@db.lan/pages',
    'firecrawl:Tr0ub4dor@h:52000',
    'ftp://h/?key=Tr0ub4dor',
    'postgresql://firecrawl:Tr0ub4dor@h:port/d',
  ])('is in no message, neither whole nor in part: %s', (text) => {
    for (const name of ['WEBHOOK_DATABASE_URL', 'REDIS_URL', 'WEBHOOK_TEI_URL', 'WEBHOOK_PORT'])
      for (const keep of [false, true]) {
        let told;
        try {
          told = JSON.stringify(importEnvFile('prod', `${name}='${text}'`, {}, keep).lines);
        } catch (error) {
          told = (error as Error).message;
        }
        expect(told).not.toMatch(/Tr0u|b4dor|%zz|%2F3/);
      }
  });
});

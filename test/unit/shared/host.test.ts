import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseHost } from '../../../shared/host.ts';
import { canonicalizeUrl } from '../../../worker/documents/canonical-url.ts';

test.each([
  ['docs.example.org', 'docs.example.org'],
  ['Docs.Example.ORG', 'docs.example.org'],
  [' docs.example.org. ', 'docs.example.org'],
  ['bücher.example:443', 'xn--bcher-kva.example'],
  ['https://bücher.example/', 'xn--bcher-kva.example'],
  ['BÜCHER.example', 'xn--bcher-kva.example'],
  ['XN--bcher-KVA.example.', 'xn--bcher-kva.example'],
  ['пример.рф', 'xn--e1afmkfd.xn--p1ai'],
  ['例え。テスト', 'xn--r8jz45g.xn--zckzah'],
  ['ｄｏｃｓ．example', 'docs.example'],
  ['//docs.example.org', 'docs.example.org'],
  ['docs.example.org/', 'docs.example.org'],
  ['HTTP://docs.example.org:80/', 'docs.example.org'],
  ['http://docs.example.org:443', 'docs.example.org'],
  ['www.example.org', 'www.example.org'],
  ['file://handbook/', 'handbook'],
  ['handbook', 'handbook'],
  ['my_notes-2', 'my_notes-2'],
  ['localhost', 'localhost'],
  ['192.0.2.7:80', '192.0.2.7'],
  ['2001:DB8::1', '[2001:db8::1]'],
  ['[2001:db8:0::1]:443', '[2001:db8::1]'],
])('the host that is meant by %j is %s', (text, host) => expect(parseHost(text)).toBe(host));

test.each([
  '',
  ' ',
  '.',
  'https://',
  'file:///',
  'file:///handbook/page.md',
  'https://docs.example.org/guide/',
  'docs.example.org/guide',
  'docs.example.org:8080',
  'docs.example.org:port',
  'https://docs.example.org/?q=1',
  'https://docs.example.org/#part',
  'user@docs.example.org',
  '*.example.org',
  '.example.org',
  'a.example, b.example',
  'a.example,b.example',
  '"a.example"',
  'host=a.example',
  '2024',
  'ftp://docs.example.org/',
  'mailto:a@b.example',
  '/etc/passwd',
  '[::1',
  'a%2Fb.example',
  'x'.repeat(254),
])('%j is no host', (text) => expect(parseHost(text)).toBeUndefined());

test('a document is found by every spelling of its host that its URL may have had', () => {
  const spelling = fc.constantFrom<(host: string) => string>(
    (host) => host,
    (host) => host.toUpperCase(),
    (host) => `${host}.`,
    (host) => ` https://${host}/ `,
    (host) => `HTTP://${host}:80`,
    (host) => `${host}:443`,
  );
  fc.assert(
    fc.property(fc.domain(), fc.webPath(), spelling, (domain, path, spell) => {
      const url = canonicalizeUrl(`https://${domain.toUpperCase()}.:8443${path}`) ?? '';
      expect(parseHost(spell(domain))).toBe(new URL(url).hostname);
    }),
  );
});

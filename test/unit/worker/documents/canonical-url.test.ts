import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { canonicalizeUrl } from '../../../../worker/documents/canonical-url.ts';
import { measureGrowth } from '../../../harness/growth.ts';

describe('the canonical URL', () => {
  test.each([
    ['HTTPS://Example.COM:443/A/../b?x=1#part', 'https://example.com/b?x=1'],
    ['http://example.com.:80', 'http://example.com/'],
    ['https://user:secret@example.com/a', 'https://example.com/a'],
    ['https://example.com/%7euser/%c3%a9?q=%2f', 'https://example.com/~user/%C3%A9?q=%2F'],
    ['https://bücher.example/straße', 'https://xn--bcher-kva.example/stra%C3%9Fe'],
    ['https://example.com/?', 'https://example.com/'],
    ['file:///pages/a%20b.md', 'file:///pages/a%20b.md'],
  ])('of %s is %s', (written, canonical) => expect(canonicalizeUrl(written)).toBe(canonical));

  test('has no tracking parameters and keeps the rest of the query as written', () => {
    const tracked =
      'https://example.com/a?q=a%20b+c&utm_source=x&UTM_Campaign=y&gclid=1&fbclid=2&_ga=3&mc_cid=4&b=%26&mtm_group=z';
    expect(canonicalizeUrl(tracked)).toBe('https://example.com/a?q=a%20b+c&b=%26');
    expect(canonicalizeUrl('https://example.com/a?utm_source=x')).toBe('https://example.com/a');
  });

  test('keeps all that may matter to a server: order, last slash, www, other parameters', () => {
    const url = 'https://www.example.com/a/?b=2&a=1&a=3&ref=x&utm';
    expect(canonicalizeUrl(url)).toBe(url);
  });

  test.each([
    ['https://docs.example.org/#/quickstart', 'https://docs.example.org/#/quickstart'],
    ['https://docs.example.org/#!/a%7eb', 'https://docs.example.org/#!/a~b'],
    ['https://docs.example.org/app#!setup', 'https://docs.example.org/app#!setup'],
    ['https://docs.example.org/#/item?id=5&utm_source=x', 'https://docs.example.org/#/item?id=5'],
    ['https://docs.example.org/?a=1#/guide#install', 'https://docs.example.org/?a=1#/guide'],
    ['https://docs.example.org/#/guide:~:text=word', 'https://docs.example.org/#/guide'],
    ['https://docs.example.org/#/', 'https://docs.example.org/'],
    ['https://docs.example.org/#!', 'https://docs.example.org/'],
    ['https://docs.example.org/#quickstart', 'https://docs.example.org/'],
    ['https://docs.example.org/#:~:text=word', 'https://docs.example.org/'],
    ['file:///pages/a.md#/b', 'file:///pages/a.md'],
  ])('of %s, whose fragment may name a page, is %s', (written, canonical) =>
    expect(canonicalizeUrl(written)).toBe(canonical),
  );

  test.each(['', 'example.com', 'mailto:a@b.c', 'javascript:alert(1)', 'ftp://example.com/'])(
    'of %j does not exist',
    (text) => expect(canonicalizeUrl(text)).toBeUndefined(),
  );

  test.each(['http://a.aa/???', 'https://example.com/?q=what?'])(
    'of %s keeps the question marks in its query',
    (url) => expect(canonicalizeUrl(url)).toBe(url),
  );

  test('of a canonical URL is the same URL', () => {
    const url = fc.webUrl({ withFragments: true, withQueryParameters: true });
    const unit = fc.constantFrom('/', '?', '#', '!', '&', '=', ':~:', 'a', '%', '2');
    const route = fc.string({ unit, maxLength: 12 }).map((text) => `#/${text}`);
    fc.assert(
      fc.property(url, fc.oneof(fc.constant(''), route), (page, fragment) => {
        const once = canonicalizeUrl(page + fragment);
        expect(once).toBeDefined();
        expect(canonicalizeUrl(once as string)).toBe(once);
      }),
    );
  });

  test('of a host with many dots is made in time that grows with its length', async () => {
    const growth = await measureGrowth(15_000, (length) =>
      canonicalizeUrl(`http://a${'.'.repeat(length)}b/`),
    );
    expect(growth).toBeLessThan(5);
  });
});

import { describe, expect, test } from 'vitest';

import { indexTexts } from './indexed-texts.ts';

describe('with a blank or another sign within, and without', () => {
  test.each([
    ['10 km', '10km'],
    ['3.5 GHz', '3.5GHz'],
    ['5 µm', '5µm'],
    ['RFC 7231', 'RFC7231'],
    ['KB 5034441', 'KB5034441'],
    ['UTF-8', 'UTF8'],
    ['1920×1080', '1920x1080'],
    ['1920 x 1080', '1920x1080'],
    ['00:1A:2B:3C:4D:5E', '001a2b3c4d5e'],
    ['H.264', 'H264'],
    ['X.509', 'X509'],
    ['0x80070005', '80070005'],
    ['0xC0000005', 'c0000005'],
  ])('%s and %s find each other, also in a longer query', (one, other) => {
    const { index, find } = indexTexts('a lantern', `it says ${one} here`, `or ${other} there`);
    for (const query of [
      one,
      other,
      `what is ${one} of that lantern`,
      `that ${other} of a lantern`,
    ])
      expect(new Set(find(query)), query).toEqual(
        new Set(query.includes('lantern') ? [0, 1, 2] : [1, 2]),
      );
    expect(index.countFacetsOf(one, {}, 5)).toMatchObject({ documents: 2 });
  });

  test.each([
    ['1 000 000', 'some 1000000 of it'],
    ['1000000', 'some 1 000 000 of it'],
    ['Python 3.11', 'of Python3.11'],
    ['U.S.A.', 'the USA'],
    ['USA', 'the U.S.A.'],
    ['US law', 'what U.S. courts say'],
    ['nodejs', 'about Node.js'],
    ['how does nodejs read streams', 'about Node.js'],
  ])('%s finds "%s"', (query, text) =>
    expect(indexTexts('the lantern', text).find(query)).toEqual([1]),
  );

  test('a rare way weighs no more than the usual one', () => {
    const { find } = indexTexts(
      'tags: windows10 and beach',
      ...Array.from({ length: 40 }, (_, number) => `update of Windows 10, an error ${number}`),
      ...Array.from({ length: 200 }, (_, number) => `lantern ${number} update error`),
    );
    expect(find('windows 10 update error')).not.toContain(0);
    expect(find('windows 10', 50)).toContain(0);
  });

  test('no number is found by a part of it', () => {
    const { find } = indexTexts('it has 5 GHz', 'it has 3.5 GHz', 'a lantern');
    expect(find('3.5 GHz')[0]).toBe(1);
    expect(find('"3.5GHz"')).toEqual([1]);
  });
});

describe('a phrase', () => {
  test.each([
    ['"Hans Müller"', 'Hans Mueller'],
    ['"Hans Mueller"', 'Hans Müller'],
    ['"Göteborg Landvetter"', 'Goeteborg Landvetter'],
    ['"a run of 10 km"', 'a run of 10km'],
    ['"in RFC7231"', 'in RFC 7231'],
    ['"GPT-4 model"', 'the GPT4 model'],
    ['"e-mail address"', 'an email address'],
    ['"12500 people"', '12 500 people'],
    ['"کتاب‌های فارسی"', 'من کتاب های فارسی دارم'],
    ['"کتاب‌های فارسی"', 'من کتابهای فارسی دارم'],
    ['"کتاب‌های فارسی"', 'من کتاب‌های فارسی دارم'],
  ])('%s is in "%s"', (query, text) => {
    const { index, find } = indexTexts('a lantern', text);
    expect(find(query)).toEqual([1]);
    expect(index.search(query, {}, 1)[0]).not.toHaveProperty('relaxed');
  });

  test('of other words stays one', () =>
    expect(indexTexts('Mueller and Hans', 'Hans and Mueller').find('"Hans Müller"')).toEqual([]));
});

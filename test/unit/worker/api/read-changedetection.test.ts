import { describe, expect, test } from 'vitest';

import { readChangedetection } from '../../../../worker/api/read-changedetection.ts';
import { change } from '../../../harness/hooks.ts';

const read = (value: unknown) => readChangedetection(Buffer.from(JSON.stringify(value)));
const url = 'https://shop.example/price';
const body = change(url, 'The price is 12');
const envelope = (message: unknown) => ({
  version: '1.0',
  title: 'Change',
  message,
  attachments: [],
  type: 'info',
});

describe('a notification', () => {
  test.each<[string, unknown]>([
    ['by itself', body],
    ["in Apprise's envelope", envelope(JSON.stringify(body))],
    ['in it as an object', envelope(body)],
    ['in it as a text of JSON in JSON', envelope(JSON.stringify(JSON.stringify(body)))],
    ['as a text', JSON.stringify(body)],
    ['in two envelopes', envelope(JSON.stringify(envelope(JSON.stringify(body))))],
  ])('is read %s', (_how, value) => {
    expect(read(value)).toMatchObject({
      event: 'change',
      outcome: 'stored',
      crawl: null,
      pages: [
        {
          page: {
            url,
            title: 'A watched page',
            text: 'The price is 12',
            source: 'changedetection',
            crawlId: null,
          },
          changedAt: '2026-11-26T10:00:00.000Z',
        },
      ],
      remark: undefined,
    });
  });

  test('is the same one with the same watch, time and content, and else another', () => {
    const { key } = read(body);
    expect(read(envelope(JSON.stringify({ ...body, diff: 'another' }))).key).toBe(key);
    expect(read(change(url, 'The price is 13')).key).not.toBe(key);
    expect(read(change(url, 'The price is 12', '2026-11-26 10:00:01 UTC')).key).not.toBe(key);
    expect(read({ ...body, watch_uuid: 'another' }).key).not.toBe(key);
    const without = { ...body, change_datetime: null };
    expect(read({ ...without, diff: 'one' }).key).not.toBe(read({ ...without, diff: 'two' }).key);
  });

  test('is the same one however its time is written', () => {
    const keyAt = (time: string) => read(change(url, 'x', time)).key;
    const key = keyAt('2026-11-26 10:00:00 UTC');
    for (const time of ['2026-11-26T11:00:00+0100', '2026-11-26 11:00:00 CET', '1795687200'])
      expect(keyAt(time)).toBe(key);
  });

  test('without a time is always another: the page may have changed back', () => {
    const without = { ...body, change_datetime: null };
    expect(read(without).key).not.toBe(read(without).key);
  });

  test('without the id of its watch is known by address and time', () => {
    const at = (time: string) => read({ ...change(url, 'x', time), watch_uuid: null, diff: time });
    const { key } = at('2026-11-26 10:00:00 UTC');
    expect(at('2026-11-26 11:00:00 CET').key).toBe(key);
    expect(at('2026-11-26 10:00:01 UTC').key).not.toBe(key);
  });

  test.each(['2026-11-26 10:00:00 CST', '2026-11-26 10:00:00', 'yesterday'])(
    'whose time says no instant has none, and says so: %s',
    (time) => {
      const { pages, remark } = read(change(url, 'x', time));
      expect(pages).toEqual([expect.objectContaining({ changedAt: undefined })]);
      expect(remark).toContain('names no instant');
    },
  );

  test('of a clock that is ahead is of now', () => {
    const [page] = read(change(url, 'x', '2999-01-01 00:00:00 UTC')).pages;
    expect(Date.parse((page as { changedAt: string }).changedAt)).toBeLessThanOrEqual(Date.now());
  });

  test('of a page without a text is rejected', () => {
    expect(read(change(url, ' \n ')).pages).toEqual([
      expect.objectContaining({ url, outcome: 'rejected', code: 'DOCUMENT_INVALID' }),
    ]);
  });

  const example = 'Example text: example test\nExample text: change detection is fantastic\nmore';
  test.each<[string, object]>([
    ['without a watch', change('https://WATCH-PLACE-HOLDER/', 'x')],
    ['with a watch that has no two snapshots', change(url, example)],
    ['with random values', change('RANDOM-PLACEHOLDER-aBcD12', 'RANDOM-PLACEHOLDER-x')],
    ['without an id', { ...body, watch_uuid: 'XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX' }],
  ])('is ignored as a test %s', (_how, value) => {
    for (const one of [value, envelope(JSON.stringify(value))])
      expect(read(one)).toMatchObject({ event: 'test', outcome: 'ignored', pages: [] });
  });

  test.each<[string, unknown, string]>([
    ['no address', { ...body, watch_url: null }, 'watch_url: is missing'],
    ['no snapshot', { ...body, current_snapshot: undefined }, 'current_snapshot: is missing'],
    ['another body', envelope('Something changed'), 'is no JSON'],
    ['a list', [body], 'is not the body'],
    ['nothing', null, 'is not the body'],
  ])('is refused with %s', (_what, value, message) => {
    const code = 'WEBHOOK_PAYLOAD';
    expect(() => read(value)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});

import { expect, test } from 'vitest';

import { addRelease, keptReleases, releaseSettings } from '../../../settings/releases.ts';
import type { Release } from '../../../settings/releases.ts';

const release = (image: string, settings: Release['settings'] = {}): Release => ({
  image,
  commit: null,
  schema: null,
  startFormat: 1,
  settings,
  verifiedAt: '2026-11-27T08:00:00.000Z',
});

test('the settings of a release are neither secrets nor defaults, nor what is never taken back', () =>
  expect(
    releaseSettings(
      {
        logLevel: 'DEBUG',
        mcp: 'on',
        teiUrl: 'http://192.0.2.10:52000',
        qdrantUrl: 'http://user:word@192.0.2.10:52001',
        apiSecret: 'a'.repeat(64),
        apiCertificate: '-----BEGIN CERTIFICATE-----',
        subnet: '10.224.0.0/24',
        postgresImage: 'postgres:15',
        workerImage: 'pulse_webhook-worker:a',
      },
      ['qdrantUrl'],
    ),
  ).toEqual({ logLevel: 'DEBUG', teiUrl: 'http://192.0.2.10:52000' }));

test('releases are kept newest first, ten of them', () => {
  const kept = Array.from({ length: 12 }, (_, index) => release(`worker:${index}`)).reduce<
    Release[]
  >(addRelease, []);
  expect(kept.map(({ image }) => image)).toEqual(
    Array.from({ length: keptReleases }, (_, index) => `worker:${11 - index}`),
  );
});

test('what is verified again is no second release, and keeps its time', () => {
  const [first, second] = [release('worker:1', { a: '1', b: '2' }), release('worker:2')];
  const list = [second, first];
  const again = { ...second, verifiedAt: '2026-11-28T08:00:00.000Z' };
  expect(addRelease(list, again)).toEqual(list);
  const back = {
    ...release('worker:1', { b: '2', a: '1' }),
    verifiedAt: '2026-11-28T08:00:00.000Z',
  };
  expect(addRelease(list, back)).toEqual([back, second]);
});

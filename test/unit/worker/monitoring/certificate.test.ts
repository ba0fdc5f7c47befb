import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';

import { expect, test } from 'vitest';

import { readCertificate } from '../../../../worker/monitoring/certificate.ts';
import { first } from '../../../harness/certificates.ts';

test('the end of the certificate that is shown is read, and none where nobody listens', async () => {
  const server = createServer({ cert: first.certificate, key: first.key }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const [sample] = await readCertificate(address, 60_000);
  expect(sample?.value).toBe(new X509Certificate(first.certificate).validToDate.getTime() / 1_000);
  await new Promise((resolve) => server.close(resolve));
  expect(await readCertificate(address, 60_000)).toEqual([]);
});

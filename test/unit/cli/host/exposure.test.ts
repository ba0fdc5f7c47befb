import { describe, expect, test } from 'vitest';

import { publicAddresses } from '../../../../cli/deployment/host/exposure.ts';
import { parseSettings } from '../../../../settings/parse.ts';
import { first } from '../../../harness/certificates.ts';
import { externalGpuHost } from '../../settings/external-gpu-host.ts';

const warningsOf = (texts: Record<string, string>) =>
  publicAddresses(parseSettings('prod', { ...externalGpuHost, ...texts })).map(
    ({ code, problem }) => `${code}: ${problem}`,
  );
const tls = { apiCertificate: first.certificate, apiCertificateKey: first.key };

describe('an address on which a stack is published', () => {
  test.each([
    ['127.0.0.1'],
    ['127.9.9.9'],
    ['10.8.0.1'],
    ['172.16.0.1'],
    ['172.31.255.254'],
    ['192.168.1.10'],
    ['169.254.7.7'],
    ['100.64.0.1'],
    ['100.127.255.254'],
  ])('%s of a private network causes no warning', (address) => {
    expect(warningsOf({ storeAddress: address, apiHost: address })).toEqual([]);
  });

  test.each([
    ['203.0.113.5'],
    ['8.8.8.8'],
    ['172.15.255.255'],
    ['172.32.0.1'],
    ['192.169.0.1'],
    ['100.63.255.255'],
    ['100.128.0.1'],
    ['11.0.0.1'],
  ])('%s is told to be public, with what to do', (address) => {
    expect(warningsOf({ storeAddress: address, apiHost: address })).toEqual([
      expect.stringMatching(
        `^HOST_PUBLIC: pulse:storeAddress ${address} is a public address.*` +
          'pulumi config set pulse:storeAddress 127.0.0.1 --stack prod',
      ),
      expect.stringMatching(
        `^HOST_PUBLIC: pulse:apiHost ${address} is a public address.*unencrypted.*` +
          'pulumi config set pulse:apiHost 127.0.0.1 --stack prod.*hookPort',
      ),
    ]);
  });

  test('0.0.0.0 is told to be every address of the host', () => {
    expect(warningsOf({ storeAddress: '0.0.0.0' })).toEqual([
      expect.stringContaining('pulse:storeAddress 0.0.0.0 is every address of this host'),
    ]);
  });

  test('is not called unencrypted where the API has a certificate', () => {
    const [warning] = warningsOf({ apiHost: '203.0.113.5', ...tls });
    expect(warning).toContain('pulse:apiHost 203.0.113.5');
    expect(warning).not.toContain('unencrypted');
  });
});

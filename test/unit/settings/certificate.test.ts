import { generateKeyPairSync } from 'node:crypto';

import { afterEach, describe, expect, test, vi } from 'vitest';

import { parseSettings } from '../../../settings/parse.ts';
import { SettingsError } from '../../../shared/settings-error.ts';
import { first, renewed, root } from '../../harness/certificates.ts';
import { externalGpuHost } from './external-gpu-host.ts';

function faultsOf(certificate: string | undefined, key: string | undefined): readonly string[] {
  try {
    parseSettings('dev', {
      ...externalGpuHost,
      ...(certificate !== undefined && { apiCertificate: certificate }),
      ...(key !== undefined && { apiCertificateKey: key }),
    });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}

const setKey = 'pulumi config set --secret pulse:apiCertificateKey < privkey.pem';
const setCertificate = 'pulumi config set pulse:apiCertificate < fullchain.pem';

afterEach(() => void vi.useRealTimers());

describe('a certificate and its key', () => {
  test('are taken together, as their files are or without the last line end', () => {
    expect(faultsOf(first.certificate, first.key)).toEqual([]);
    const { frontDoor } = parseSettings('dev', {
      ...externalGpuHost,
      apiCertificate: first.certificate.trim(),
      apiCertificateKey: first.key.trim(),
    });
    expect(frontDoor).toMatchObject({ certificate: first.certificate, certificateKey: first.key });
  });

  test('are refused one without the other, with the command that sets the other', () => {
    expect(faultsOf(first.certificate, undefined)).toEqual([
      'pulse:apiCertificate is set without pulse:apiCertificateKey: TLS takes both; ' +
        `for example: ${setKey}`,
    ]);
    expect(faultsOf(undefined, first.key)).toEqual([
      'pulse:apiCertificateKey is set without pulse:apiCertificate: TLS takes both; ' +
        `for example: ${setCertificate}`,
    ]);
  });

  test('that do not belong together are refused', () => {
    expect(faultsOf(first.certificate, renewed.key)).toEqual([
      expect.stringMatching(/is not the key of the first certificate.*; for example: .*privkey/),
    ]);
    const [leaf = '', issuer = ''] = first.certificate.split(/(?<=END CERTIFICATE-----\n)/);
    expect(faultsOf(issuer + leaf, first.key)).toEqual([
      expect.stringContaining('is not the key of the first certificate'),
    ]);
  });

  test.each([
    ['2200-01-01', 'CN=first.localhost, which expired on 2126-'],
    ['2000-01-01', 'CN=first.localhost, which is not valid before 20'],
  ])('are refused on %s, outside the time of the certificate', (day, problem) => {
    vi.setSystemTime(new Date(day));
    const faults = faultsOf(first.certificate, first.key);
    expect(faults).toEqual([expect.stringContaining(problem)]);
    expect(faults[0]).toMatch(new RegExp(`${setCertificate}$`));
  });

  test.each([
    ['nothing', 'has no certificate'],
    [first.certificate + first.key, 'has a private key in it'],
    [first.certificate.replace(/MII/, 'XXX'), 'has a certificate that cannot be read, number 1'],
  ])('are refused with a certificate that is none (%#)', (certificate, problem) => {
    const faults = faultsOf(certificate, first.key);
    expect(faults).toEqual([expect.stringContaining(`pulse:apiCertificate ${problem}`)]);
  });

  test.each([
    ['/etc/ssl/ca.pem', 'has no certificate'],
    [root + first.key, 'has a private key in it'],
    [root.replace(/MII/, 'XXX'), 'has a certificate that cannot be read, number 1'],
  ])('of an authority are refused where they are none (%#)', (caCertificate, problem) => {
    const parse = () => parseSettings('dev', { ...externalGpuHost, caCertificate });
    expect(parse).toThrow(`pulse:caCertificate ${problem}`);
    expect(parse).toThrow('pulumi config set pulse:caCertificate < ca.pem');
  });

  test.each([
    [first.certificate, 'is no private key'],
    [encryptedKey(), 'is encrypted'],
    [keyOfType('x25519'), 'is a key of the type x25519'],
  ])('are refused with a key that is none (%#), which is not shown', (key, problem) => {
    const faults = faultsOf(first.certificate, key);
    expect(faults).toEqual([expect.stringContaining(`pulse:apiCertificateKey ${problem}`)]);
    for (const line of key.split('\n').slice(1, 3)) expect(faults[0]).not.toContain(line);
  });
});

function keyOfType(type: 'x25519'): string {
  return generateKeyPairSync(type).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function encryptedKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const encryption = { cipher: 'aes-256-cbc', passphrase: 'of the tests' };
  return privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption }).toString();
}

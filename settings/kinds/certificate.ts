/** Certificate and key of TLS, as the files that certificate authorities give. */
import { createPrivateKey, X509Certificate } from 'node:crypto';

import { kind } from './kind.ts';
import type { Kind } from './kind.ts';

const certificates = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The server's own certificate first, then those that lead to one that clients know. */
export const certificateChain: Kind<string> = kind(
  'PEM certificates',
  'fullchain.pem',
  (text) => {
    const found = text.match(certificates) ?? [];
    if (found.length === 0)
      return { problem: 'has no certificate: no -----BEGIN CERTIFICATE----- in it' };
    if (text.includes('PRIVATE KEY-----'))
      return { problem: 'has a private key in it, which would be stored in plain text' };
    const parsed = found.map(parseCertificate);
    if (!parsed.every((one) => one !== undefined))
      return {
        problem: `has a certificate that cannot be read, number ${parsed.indexOf(undefined) + 1}`,
      };
    const problem = parsed.map(outsideItsTime).find((one) => one !== undefined);
    return problem === undefined ? { value: `${found.join('\n')}\n` } : { problem };
  },
  { range: 'none expired', isFile: true },
);

export const certificateKey: Kind<string> = kind(
  'PEM private key',
  'privkey.pem',
  (text) => {
    if (text.includes('ENCRYPTED'))
      return { problem: 'is encrypted; HAProxy takes a key without a passphrase' };
    try {
      const type = createPrivateKey(text).asymmetricKeyType;
      return type === 'rsa' || type === 'ec' || type === 'ed25519'
        ? { value: `${text.trim()}\n` }
        : { problem: `is a key of the type ${type}, which no server certificate has` };
    } catch {
      return { problem: 'is no private key: no -----BEGIN PRIVATE KEY----- that can be read' };
    }
  },
  { isSecret: true, isFile: true },
);

/** Whether the first certificate of a chain is that of a key. */
export function isKeyOf(key: string, chain: string): boolean {
  return new X509Certificate(chain).checkPrivateKey(createPrivateKey(key));
}

function parseCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function outsideItsTime(certificate: X509Certificate): string | undefined {
  const { validFromDate, validToDate } = certificate;
  const name = certificate.subject.replaceAll('\n', ', ');
  const now = new Date();
  if (validToDate < now)
    return `has the certificate of ${name}, which expired on ${dayOf(validToDate)}`;
  if (validFromDate > now)
    return `has the certificate of ${name}, which is not valid before ${dayOf(validFromDate)}`;
  return undefined;
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

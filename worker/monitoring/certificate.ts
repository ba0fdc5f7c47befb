import { once } from 'node:events';
import { connect } from 'node:tls';

import { sample } from '../metrics/definition.ts';
import type { Sample } from '../metrics/definition.ts';
import { certificateEnd } from '../metrics/gauges.ts';

export interface TlsAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Looks at the certificate that the front door shows its callers. Asking the front door lets a
 * renewed certificate replace it alone.
 *
 * @returns nothing where the front door speaks plain HTTP: it refuses the connection then
 * @throws Error when the front door cannot be asked within the limit
 */
export async function readCertificate(address: TlsAddress, limitMs: number): Promise<Sample[]> {
  // Only its end is read, and nothing is sent: an expired certificate is to be seen as well.
  const socket = connect({ ...address, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(limitMs) });
    const { valid_to: end } = socket.getPeerCertificate();
    return [sample(certificateEnd, Date.parse(end) / 1_000, {})];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return [];
    throw error;
  } finally {
    socket.destroy();
  }
}

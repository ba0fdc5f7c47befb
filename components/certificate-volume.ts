import { createHash } from 'node:crypto';

import * as pulumi from '@pulumi/pulumi';

import type { InStack } from './docker/in-stack.ts';
import { secretVolume } from './docker/secret-volume.ts';
import { certificateFolder } from './haproxy.ts';

export interface CertificateVolumeArgs extends Pick<InStack, 'prefix' | 'engineId'> {
  /** PEM texts. */
  readonly certificate: string;
  readonly certificateKey: string;
  /** uid:gid that may read them. */
  readonly owner: string;
  /** Any image with a shell. */
  readonly image: pulumi.Input<string>;
}

/** Owns the volume with the certificate and key of the front door, in one file. */
export class CertificateVolume extends pulumi.ComponentResource {
  /** Path of the file where the volume is mounted; another certificate has another. */
  readonly path: string;
  /** The volume's name, once the file is on it. */
  readonly source: pulumi.Output<string>;

  constructor(name: string, args: CertificateVolumeArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:api:CertificateVolume', name, {}, opts);
    const { prefix, engineId, certificate, certificateKey, owner, image } = args;
    const file = fileName(certificate);
    this.path = `${certificateFolder}/${file}`;
    this.source = secretVolume(
      name,
      { volume: `${prefix}_tls`, file, text: certificate + certificateKey, owner, image, engineId },
      this,
    );
    this.registerOutputs({});
  }
}

/** Follows the certificate, so that a renewed one replaces the container that reads it. */
function fileName(certificate: string): string {
  return `${createHash('sha256').update(certificate).digest('hex').slice(0, 16)}.pem`;
}

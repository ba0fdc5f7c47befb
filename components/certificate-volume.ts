import { createHash } from 'node:crypto';

import * as pulumi from '@pulumi/pulumi';

import type { InStack } from './docker/in-stack.ts';
import { secretVolume } from './docker/secret-volume.ts';
import { certificateFolder } from './haproxy.ts';

export interface CertificateVolumeArgs extends Pick<InStack, 'prefix' | 'storeBase' | 'engineId'> {
  /** PEM texts. */
  readonly certificate: string;
  readonly certificateKey: string;
  /** uid:gid that may read them. */
  readonly owner: string;
  /** Any image with a shell. */
  readonly image: pulumi.Input<string>;
}

/** Owns the volume, or folder, with the certificate and key of the front door, in one file. */
export class CertificateVolume extends pulumi.ComponentResource {
  /** Path of the file where it is mounted; another certificate has another. */
  readonly path: string;
  /** The volume's name, or the folder's path, once the file is there. */
  readonly source: pulumi.Output<string>;

  constructor(name: string, args: CertificateVolumeArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:api:CertificateVolume', name, {}, opts);
    const { certificate, certificateKey } = args;
    const file = fileName(certificate);
    this.path = `${certificateFolder}/${file}`;
    this.source = secretVolume(
      name,
      { ...args, holds: 'tls', file, text: certificate + certificateKey },
      this,
    );
    this.registerOutputs({});
  }
}

/** Follows the certificate, so that a renewed one replaces the container that reads it. */
function fileName(certificate: string): string {
  return `${createHash('sha256').update(certificate).digest('hex').slice(0, 16)}.pem`;
}

import { createHash } from 'node:crypto';

import * as command from '@pulumi/command';
import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import type { InStack } from './docker/in-stack.ts';
import { certificateFolder } from './haproxy.ts';

export interface CertificateVolumeArgs extends Pick<InStack, 'prefix' | 'engineId'> {
  /** PEM texts. */
  readonly certificate: string;
  readonly certificateKey: string;
  /** uid:gid that may read them. */
  readonly owner: string;
  /** Any image with a shell. A container writes the file, so that it works on a remote host. */
  readonly image: pulumi.Input<string>;
}

/**
 * Owns the volume with the certificate and key of the front door. There neither `docker inspect`
 * nor the arguments of a process show them. It goes with the stack.
 */
export class CertificateVolume extends pulumi.ComponentResource {
  /** Path of the file where the volume is mounted; another certificate has another. */
  readonly path: string;
  /** The volume's name, once the file is on it. */
  readonly source: pulumi.Output<string>;

  constructor(name: string, args: CertificateVolumeArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:api:CertificateVolume', name, {}, opts);
    const file = fileName(args.certificate);
    this.path = `${certificateFolder}/${file}`;

    const volume = new docker.Volume(name, { name: `${args.prefix}_tls` }, { parent: this });
    const written = new command.local.Command(
      `${name}-file`,
      {
        create: 'sh components/certificate-file.sh',
        // By standard input: an argument stands in the host's process list.
        stdin: pulumi.secret(args.certificate + args.certificateKey),
        environment: { VOLUME: volume.name, FILE: file, OWNER: args.owner, IMAGE: args.image },
        triggers: [file, volume.name, ...(args.engineId === undefined ? [] : [args.engineId])],
        logging: 'stderr',
      },
      { parent: this, additionalSecretOutputs: ['stdin'] },
    );
    this.source = pulumi.all([volume.name, written.id]).apply(([source]) => source);
    this.registerOutputs({});
  }
}

/** Follows the certificate, so that a renewed one replaces the container that reads it. */
function fileName(certificate: string): string {
  return `${createHash('sha256').update(certificate).digest('hex').slice(0, 16)}.pem`;
}

/** The Debian under all local images, made by mmdebstrap from the package archive alone. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';

import { installDebianPackages } from '../../toolchain/apt.ts';
import { succeeds } from '../../toolchain/process.ts';
import { runWithProgress } from '../../toolchain/step.ts';
import type { Report } from '../../toolchain/tool.ts';
import { debian } from './recipe.ts';

const packagesNeeded = ['mmdebstrap', 'debian-archive-keyring'];

/** Says why this machine cannot make a Debian, or returns undefined. */
export async function findBaseObstacle(): Promise<string | undefined> {
  if (!(await succeeds('apt-get', ['--version'])))
    return 'this system has no apt, and the local images are made from Debian packages';
  if (!(await hasMmdebstrap()) && process.getuid?.() !== 0) {
    const command = `sudo apt-get install ${packagesNeeded.join(' ')}`;
    return `mmdebstrap is missing and only root can install it: ${command}`;
  }
  return undefined;
}

/**
 * Makes the base and imports it into the engine.
 *
 * @param reference The name that the image gets.
 * @param folder Where the archive of its files is written meanwhile.
 */
export async function makeBase(reference: string, folder: string, report: Report): Promise<void> {
  if (!(await hasMmdebstrap())) await installMmdebstrap(report);
  const tarball = `${folder}/base.tar`;
  try {
    await runWithProgress(
      {
        doing: `making a Debian ${debian.suite} from its packages`,
        command: 'mmdebstrap',
        args: [...mmdebstrapOptions(), debian.suite, tarball],
        remedy: 'Check that deb.debian.org can be reached: apt-get update',
      },
      report,
    );
    const path = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const changes = ['--change', path, '--change', 'CMD ["bash"]'];
    await runWithProgress(
      {
        doing: 'importing the base image',
        command: 'docker',
        args: ['import', ...changes, tarball, reference],
        remedy: 'Check the engine and its disk: docker info, docker system df',
      },
      report,
    );
  } finally {
    await rm(tarball, { force: true });
  }
}

function hasMmdebstrap(): Promise<boolean> {
  return succeeds('mmdebstrap', ['--version']);
}

async function installMmdebstrap(report: Report): Promise<void> {
  const remedy = 'Run this by hand to see why: apt-get update && apt-get install mmdebstrap';
  await installDebianPackages(packagesNeeded, remedy, report);
}

function mmdebstrapOptions(): string[] {
  return [
    '--variant=minbase',
    `--include=${debian.packages.join(',')}`,
    ...debian.leaveOut.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    ...ownAuthorityOptions(),
  ];
}

/**
 * A machine behind an inspecting proxy names its own certificate authorities in the environment.
 * They are public certificates, and without them npm and pip cannot use TLS while an image is
 * built. They are added to Debian's, not put in their place.
 */
function ownAuthorityOptions(): string[] {
  const bundle = process.env['NODE_EXTRA_CA_CERTS'] ?? process.env['SSL_CERT_FILE'];
  if (bundle === undefined || bundle === '') return [];
  // Fails at once when the file is missing, and not minutes later with a TLS error.
  readFileSync(bundle);
  const quoted = `'${bundle.replaceAll("'", `'\\''`)}'`;
  return [`--customize-hook=cat ${quoted} >> "$1/etc/ssl/certs/ca-certificates.crt"`];
}

/** The Debian that all local images stand on, made by mmdebstrap from the package archive alone. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';

import { run, succeeds } from './command.ts';
import { debian } from './recipe.ts';

const packagesNeeded = ['mmdebstrap', 'debian-archive-keyring'];

/** Why this machine cannot make a Debian, in a person's words. */
export async function baseObstacle(): Promise<string | undefined> {
  if (!(await succeeds('apt-get', ['--version']))) {
    return 'this system has no apt, and the local images are made from Debian packages';
  }
  if (!(await succeeds('mmdebstrap', ['--version'])) && process.getuid?.() !== 0) {
    return `mmdebstrap is missing and only root can install it: sudo apt-get install ${packagesNeeded.join(' ')}`;
  }
  return undefined;
}

/** Imports the base under `reference` into Docker's engine. */
export async function makeBase(
  reference: string,
  scratch: string,
  report: (line: string) => void,
): Promise<void> {
  if (!(await succeeds('mmdebstrap', ['--version']))) {
    report('installing mmdebstrap');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const remedy = 'Run this by hand to see why: apt-get update && apt-get install mmdebstrap';
    await run('apt-get', ['update'], { doing: 'apt-get update', remedy, report, env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...packagesNeeded], {
      doing: 'installing mmdebstrap',
      remedy,
      report,
      env,
    });
  }
  report(`making a Debian ${debian.suite} from its packages`);
  const tarball = `${scratch}/base.tar`;
  try {
    await run('mmdebstrap', [...mmdebstrapOptions(), debian.suite, tarball], {
      doing: 'mmdebstrap',
      remedy: 'Check that deb.debian.org can be reached: apt-get update',
      report,
    });
    const env = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    await run(
      'docker',
      ['import', '--change', env, '--change', 'CMD ["bash"]', tarball, reference],
      {
        doing: 'importing the base image',
        remedy: 'Check the engine and its disk: docker info, docker system df',
        report,
      },
    );
  } finally {
    await rm(tarball, { force: true });
  }
}

function mmdebstrapOptions(): string[] {
  return [
    '--variant=minbase',
    `--include=${debian.packages.join(',')}`,
    ...debian.leaveOut.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    ...ownAuthorities(),
  ];
}

/**
 * A machine behind an inspecting proxy names its own certificate authorities in the environment.
 * They are public certificates; without them npm and pip cannot speak TLS in an image's build.
 * Added, never put in place of Debian's.
 */
function ownAuthorities(): string[] {
  const bundle = process.env['NODE_EXTRA_CA_CERTS'] ?? process.env['SSL_CERT_FILE'];
  if (bundle === undefined || bundle === '') {
    return [];
  }
  readFileSync(bundle); // a name that leads nowhere is better reported here than as a TLS error minutes later
  return [
    `--customize-hook=cat '${bundle.replaceAll("'", `'\\''`)}' >> "$1/etc/ssl/certs/ca-certificates.crt"`,
  ];
}

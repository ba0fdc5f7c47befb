import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { baseImage } from './docker/base-image.ts';

const repositoryRoot = join(import.meta.dirname, '..');
/** What the image is built from; the same folders as .dockerignore lets through. */
const sources = ['worker', 'healthchecks', 'shared', '.dockerignore'];

export interface WorkerImageArgs {
  /** Begins the image's name, because stacks may build on different bases. */
  readonly prefix: string;
  /** A Node 24 image. */
  readonly baseImage: string;
  /** An image of an earlier release, in place of one of these sources. */
  readonly held: string | undefined;
}

/**
 * Owns the worker's image, built from this repository exactly when the contents of its sources
 * change, and tagged with their hash; or one of an earlier release, which is on the engine. It is
 * built on the engine that DOCKER_HOST names; the provider's own `host` does not reach a build.
 */
export class WorkerImage extends pulumi.ComponentResource {
  /** `repository:hash`; known at preview. */
  readonly reference: pulumi.Output<string>;
  /** Whether it is of an earlier release, and not of these sources. */
  readonly isHeld: boolean;

  constructor(name: string, args: WorkerImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:worker:WorkerImage', name, {}, opts);

    this.isHeld = args.held !== undefined;
    const image =
      args.held === undefined
        ? builtImage(name, args, this)
        : // A resource of its own: in the state of one without a build there is no context to keep.
          baseImage(`${name}-held`, args.held, this);

    this.reference = image.name;
    this.registerOutputs({ reference: this.reference });
  }
}

function builtImage(
  resource: string,
  { prefix, baseImage: base }: WorkerImageArgs,
  parent: pulumi.Resource,
): docker.RemoteImage {
  const contents = contentHash(repositoryRoot, sources, base);
  return new docker.RemoteImage(
    resource,
    {
      name: `${prefix}_webhook-worker:${contents}`,
      build: {
        context: repositoryRoot,
        dockerfile: 'worker/Dockerfile',
        buildArgs: { BASE_IMAGE: base },
      },
      triggers: { contents },
      keepLocally: true,
    },
    // A clone elsewhere has another path and the same image.
    { parent, ignoreChanges: ['build.context'] },
  );
}

/**
 * Hashes the sources of the image: path and bytes of every file, in the order of the paths, and the
 * base.
 *
 * @returns the first 16 hexadecimal digits of the SHA-256
 */
export function contentHash(root: string, folders: readonly string[], base: string): string {
  const hash = createHash('sha256').update(`${base}\0`);
  for (const path of folders.flatMap((folder) => filesUnder(join(root, folder))).sort()) {
    const bytes = readFileSync(path);
    hash.update(`${relative(root, path)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}

function filesUnder(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.split('/').includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
}

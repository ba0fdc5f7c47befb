import type * as pulumi from '@pulumi/pulumi';

import { addRelease, startFormat } from '../settings/releases.ts';
import type { Release } from '../settings/releases.ts';
import { lastMigration } from '../settings/schema.ts';
import type { Verification } from './verification.ts';
import type { WorkerImage } from './worker-image.ts';

export interface ReleasesArgs {
  /** Of the last update, the newest first. */
  readonly before: readonly Release[];
  /** Of the sources of this tree, and what is configured. */
  readonly commit: string | null;
  readonly settings: Release['settings'];
  readonly image: WorkerImage;
  readonly proof: Verification;
}

/**
 * Lists the releases that were verified, the newest first. One that failed its verification is not
 * among them, also where the update goes on.
 */
export function listReleases({
  before,
  commit,
  settings,
  image,
  proof,
}: ReleasesArgs): pulumi.Output<readonly Release[]> {
  const { reference, isHeld } = image;
  return reference.apply((name) =>
    proof.report.apply((report) => {
      const { ok, verifiedAt } = report as { ok: boolean; verifiedAt: string };
      if (!ok) return before;
      // An image of before keeps what was known of it: the sources of this tree are others.
      const origin = isHeld
        ? before.find((one) => one.image === name)
        : { commit, schema: lastMigration(), startFormat };
      return addRelease(before, {
        image: name,
        commit: origin?.commit ?? null,
        schema: origin?.schema ?? null,
        startFormat: origin?.startFormat ?? startFormat,
        settings,
        verifiedAt,
      });
    }),
  );
}

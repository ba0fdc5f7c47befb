import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';

export interface DataVolumeOptions {
  readonly parent?: pulumi.Resource;
  /** Whether Pulumi refuses to remove it, also from its state. */
  readonly protect: boolean;
  /** Where stacks of earlier releases have it. */
  readonly aliases?: pulumi.Alias[];
}

/**
 * Declares a named volume that `destroy` leaves on the host; the next `up` finds it by its name,
 * with its data.
 */
export function dataVolume(resource: string, name: string, opts: DataVolumeOptions): docker.Volume {
  return new docker.Volume(resource, { name }, { ...opts, retainOnDelete: true });
}

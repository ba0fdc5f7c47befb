import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';

/** A named volume that `destroy` leaves on the host; the next `up` finds it by its name, with its data. */
export function dataVolume(resource: string, name: string, opts: pulumi.CustomResourceOptions): docker.Volume {
  return new docker.Volume(resource, { name }, { ...opts, retainOnDelete: true });
}

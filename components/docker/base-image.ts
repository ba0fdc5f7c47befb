import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';

/**
 * Declares an image that is not built here: pulled when the engine does not have it, and kept when
 * the stack is destroyed, because other stacks may use it.
 */
export function baseImage(
  resource: string,
  reference: string,
  parent: pulumi.Resource,
): docker.RemoteImage {
  return new docker.RemoteImage(resource, { name: reference, keepLocally: true }, { parent });
}

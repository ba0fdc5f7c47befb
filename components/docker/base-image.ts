import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';

/**
 * An image somebody else made: pulled when the engine has it not, kept when the stack goes (other
 * stacks may use it).
 */
export function baseImage(
  resource: string,
  reference: string,
  parent: pulumi.Resource,
): docker.RemoteImage {
  return new docker.RemoteImage(resource, { name: reference, keepLocally: true }, { parent });
}

import * as pulumi from '@pulumi/pulumi';

import type { Release } from './releases.ts';

/** What the last update said of the stack; the parts with which the next one is compared. */
export interface Deployed {
  readonly subnet?: string;
  readonly gateway?: string;
  /** Id of the Docker engine. */
  readonly engine?: string;
  /** Whether containers that start have an interval of their own for health checks. */
  readonly usesStartInterval?: boolean;
  readonly releases?: readonly Release[];
}

/**
 * Reads the stack's own last outputs: what is compared with them holds for a plain `pulumi preview`
 * and `pulumi up` as well.
 */
export async function readDeployed(): Promise<Deployed> {
  const { outputs } = (await pulumi.runtime.invoke('pulumi:pulumi:readStackOutputs', {
    name: `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`,
  })) as { outputs?: Deployed };
  return outputs ?? {};
}

import type { Report } from '../healthchecks/verify.ts';
import { captureJson } from './process.ts';
import { deployedStacks } from './stacks.ts';

/** A resource in a stack's state, as far as it is read here. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly protect?: boolean;
  readonly outputs?: { readonly name?: string; readonly verifiedAt?: string };
}

/** What the program says of a stack that is up, as far as it is read here. */
export interface StackOutputs {
  readonly containerNames: readonly string[];
  readonly verification?: Report;
  /** When `verification` was made, ISO 8601. */
  readonly verifiedAt?: string;
}

/** What a stack's last update left; undefined where the backend has no such stack. */
export async function stateOf(stack: string): Promise<readonly StateResource[] | undefined> {
  if (!(await deployedStacks()).includes(stack)) return undefined;
  const { deployment } = await captureJson<{
    deployment: { resources?: readonly StateResource[] };
  }>('pulumi', ['stack', 'export', '--stack', stack]);
  return deployment.resources ?? [];
}

/** What the last update said of the stack. */
export function readOutputs(stack: string): Promise<StackOutputs> {
  return captureJson('pulumi', ['stack', 'output', '--json', '--stack', stack]);
}

/** The containers that the last update left, by the name they have on the host. */
export async function declaredContainers(stack: string): Promise<{ urn: string; name: string }[]> {
  return containersIn((await stateOf(stack)) ?? []);
}

export function containersIn(state: readonly StateResource[]): { urn: string; name: string }[] {
  return state.flatMap(({ urn, type, outputs }) =>
    type === 'docker:index/container:Container' && outputs?.name !== undefined
      ? [{ urn, name: outputs.name }]
      : [],
  );
}

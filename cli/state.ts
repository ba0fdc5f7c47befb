import type { Report } from '../healthchecks/verify.ts';
import type { Release } from '../settings/releases.ts';
import { captureJson, captureOutput } from './process.ts';
import { deployedStacks } from './stacks.ts';

/** A resource in a stack's state; the parts that are read here. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly protect?: boolean;
  readonly outputs?: {
    readonly name?: string;
    readonly verifiedAt?: string;
    /** Of the stack itself: the id of its Docker engine. */
    readonly engine?: string;
    readonly gpuServices?: { readonly ollama?: string };
  };
}

/** The outputs of a stack that is up; the parts that are read here. */
export interface StackOutputs {
  readonly containerNames: readonly string[];
  readonly verification?: Report;
  /** When `verification` was made, ISO 8601. */
  readonly verifiedAt?: string;
  readonly releases?: readonly Release[];
  readonly image?: string;
}

/**
 * Reads what a stack's last update left.
 *
 * @returns `undefined` where the backend has no such stack
 */
export async function stateOf(stack: string): Promise<readonly StateResource[] | undefined> {
  try {
    const { deployment } = await captureJson<{
      deployment: { resources?: readonly StateResource[] };
    }>('pulumi', ['stack', 'export', '--stack', stack]);
    return deployment.resources ?? [];
  } catch (error) {
    if ((await deployedStacks()).includes(stack)) throw error;
    return undefined;
  }
}

/** Reads the outputs of the stack. */
export function readOutputs(stack: string): Promise<StackOutputs> {
  return captureJson('pulumi', ['stack', 'output', '--json', '--stack', stack]);
}

/** What a client of the API needs; absent in a stack that was not deployed since there is an API. */
export interface ApiOutputs {
  readonly apiAddress?: string;
  readonly apiSecret?: string;
  readonly searchSecret?: string;
}

/** Reads the outputs for clients of the API, keys as plain text; none where no state can be read. */
export function readApiOutputs(stack: string): Promise<ApiOutputs> {
  const args = ['stack', 'output', '--json', '--show-secrets', '--stack', stack];
  return captureJson<ApiOutputs>('pulumi', args).catch(() => ({}));
}

/**
 * Reads the secrets that senders of pages need: from the state, else as they are configured.
 *
 * @returns undefined for one that was neither configured nor made yet
 */
export async function readSenderSecrets(
  stack: string,
): Promise<Readonly<Record<'webhookSecret' | 'apiSecret', string | undefined>>> {
  const outputs: ApiOutputs & { readonly webhookSecret?: string } = await readApiOutputs(stack);
  const configured = async (key: string): Promise<string | undefined> =>
    captureOutput('pulumi', ['config', 'get', `pulse:${key}`, '--stack', stack]).then(
      (text) => text.trim(),
      () => undefined,
    );
  return {
    webhookSecret: outputs.webhookSecret ?? (await configured('webhookSecret')),
    apiSecret: outputs.apiSecret ?? (await configured('apiSecret')),
  };
}

/** Lists the containers that the last update left, by their names on the host. */
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

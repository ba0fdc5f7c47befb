import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { promisify } from 'node:util';

import * as pulumi from '@pulumi/pulumi';

import { defaultAddress, findDockerEngine } from '../shared/docker-engine.ts';
import { describeEngineMove, engineIdArgs } from '../shared/engine-of-stack.ts';
import type { EngineMove } from '../shared/engine-of-stack.ts';

/** A preview needs no engine, and does not wait long for one. */
const answerLimitMs = 10_000;

/**
 * Refuses to deploy to another engine than the docker client talks to: containers would be on one,
 * and what is run inside of them would be looked for on the other. `./pulse` sets the variables; a
 * plain `pulumi up` may lack them.
 *
 * @throws pulumi.RunError
 */
export function refuseOtherEngine(): void {
  const docker = new pulumi.Config('docker');
  const configured = { host: docker.get('host'), context: docker.get('context') };
  const problem = describeOtherEngine(process.env, configured);
  if (problem !== undefined) throw new pulumi.RunError(problem);
}

/**
 * Compares the engine of the docker client with the one that Pulumi's provider takes from
 * DOCKER_HOST, from DOCKER_CONTEXT, or from its own setting.
 *
 * @param configured `docker:host` and `docker:context` of the stack
 * @returns undefined where they are the same
 */
export function describeOtherEngine(
  env: Readonly<Record<string, string | undefined>>,
  configured: { readonly host?: string | undefined; readonly context?: string | undefined },
  engine = findDockerEngine(),
): string | undefined {
  if ('problem' in engine) return engine.problem;
  const { address, namedBy, variables } = engine;
  if (configured.context !== undefined)
    return (
      `docker:context is ${configured.context}, which the docker client does not read: remove it ` +
      '(pulumi config rm docker:context), and choose it with docker context use'
    );
  if (configured.host !== undefined && !isSameAddress(configured.host, address))
    return (
      `docker:host is ${configured.host}, and the docker client talks to ${address}: ` +
      `remove it (pulumi config rm docker:host), and export DOCKER_HOST where it is meant`
    );
  if (isSameAddress(env['DOCKER_HOST'] || defaultAddress, address) && !env['DOCKER_CONTEXT'])
    return undefined;
  const assignments = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [`export ${name}='${value}'`],
  );
  return [
    `the engine that is meant is at ${address} (${namedBy ?? 'the default'}), and Pulumi would ` +
      'deploy elsewhere. Say it to both, then run this again:',
    `  ${['unset DOCKER_CONTEXT', ...assignments].join('; ')}`,
    '  (eval "$(./pulse env)" does the same)',
  ].join('\n');
}

/** Docker Desktop, OrbStack and Colima make the default socket a link to their own. */
function isSameAddress(one: string, other: string): boolean {
  return one === other || followSocket(one) === followSocket(other);
}

function followSocket(address: string): string {
  const [, path] = /^unix:\/\/(\/.*)$/.exec(address) ?? [];
  if (path === undefined) return address;
  try {
    return `unix://${realpathSync(path)}`;
  } catch {
    return address; // there is no such socket
  }
}

/**
 * Refuses an update on an engine that is not the stack's, unless the configuration confirms it by
 * the engine's id.
 *
 * @throws pulumi.RunError
 */
export function refuseEngineMove(move: EngineMove): void {
  const found = describeEngineMove(move);
  if (found !== undefined) throw new pulumi.RunError(`${found.code}: ${found.problem}`);
}

/** @returns the id of the docker client's engine; undefined where none answers */
export function readEngineId(): Promise<string | undefined> {
  return ask(engineIdArgs);
}

/** @returns the version of its API, as `1.44`; undefined where none answers */
export function readApiVersion(): Promise<string | undefined> {
  return ask(['version', '--format', '{{.Server.APIVersion}}']);
}

async function ask(args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('docker', args, { timeout: answerLimitMs });
    return stdout.trim() || undefined;
  } catch {
    return undefined; // a preview goes on without an engine, and an update fails at its first container
  }
}

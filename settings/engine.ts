import * as pulumi from '@pulumi/pulumi';

import { findDockerEngine } from '../shared/docker-engine.ts';

/**
 * Refuses to deploy to another engine than the docker client talks to: containers would be on one,
 * and what is run inside of them would be looked for on the other. `./pulse` sets the variables; a
 * plain `pulumi up` may lack them.
 *
 * @throws pulumi.RunError
 */
export function refuseOtherEngine(): void {
  const problem = describeOtherEngine(process.env, new pulumi.Config('docker').get('host'));
  if (problem !== undefined) throw new pulumi.RunError(problem);
}

/**
 * Compares the engine of the docker client with the one that Pulumi's provider takes from
 * DOCKER_HOST, from DOCKER_CONTEXT, or from its own setting.
 *
 * @param configured `docker:host` of the stack
 * @returns undefined where they are the same
 */
export function describeOtherEngine(
  env: Readonly<Record<string, string | undefined>>,
  configured: string | undefined,
  engine = findDockerEngine(),
): string | undefined {
  if ('problem' in engine) return engine.problem;
  const { address, namedBy, variables } = engine;
  if (configured !== undefined && configured !== address)
    return (
      `docker:host is ${configured}, and the docker client talks to ${address}: ` +
      `remove it (pulumi config rm docker:host), and export DOCKER_HOST where it is meant`
    );
  const isNamed = env['DOCKER_HOST'] === address || (!env['DOCKER_HOST'] && namedBy === undefined);
  if (isNamed && !env['DOCKER_CONTEXT']) return undefined;
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

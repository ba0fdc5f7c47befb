import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { httpHealthCommand } from '../healthchecks/container.ts';
import { alertmanagerUrl, apiPort, frontDoor, innerTlsPort } from '../settings/names.ts';
import type { ContainerArgs } from './docker/container.ts';
import type { Secrets } from './secrets.ts';
import { declareReplicas, workerProgram } from './worker-program.ts';
import type { WorkerProgramArgs } from './worker-program.ts';

/** The API serves within seconds; where a migration runs first, later. */
const startLimitSeconds = 60;

/**
 * A stopping replica serves on for 3 s, until the front door has seen its 503, and then finishes
 * the requests in hand within 10 s.
 */
const stopTimeoutSeconds = 20;

export interface ApiArgs extends WorkerProgramArgs {
  /** Whether assistants are answered at `/mcp`. */
  readonly mcp: 'on' | 'off';
  /** Open files, as the workers have them: each connection is one. */
  readonly files: { readonly nofile: number; readonly nofileHard: number | undefined };
  readonly secrets: Pick<Secrets, 'apiSecret' | 'searchSecret' | 'webhookSecret' | 'previous'>;
  /** Seconds between two canaries, or `off`. */
  readonly canaryInterval: number | 'off';
  /** Whether the stack has an Alertmanager of its own, whose alarms are shown. */
  readonly monitoring: 'own' | 'external' | 'none';
  /** From whom deliveries are taken. */
  readonly hooks: {
    readonly signature: 'required' | 'optional';
    readonly from: readonly string[] | undefined;
  };
}

/**
 * Owns the replicas of the API. None is published: the front door finds them by a name that all of
 * them share on the network. The first ones start with the workers; updates go in waves, as those
 * of the workers.
 */
export class Api extends pulumi.ComponentResource {
  readonly containers: readonly docker.Container[];

  constructor(name: string, args: ApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:api:Api', name, {}, opts);

    this.containers = declareReplicas(name, args, this, apiContainer);
    this.registerOutputs({});
  }
}

function apiContainer(member: number, args: ApiArgs): ContainerArgs {
  const { replicas } = frontDoor(args.prefix);
  const name = `${replicas}-${member}`;
  const { nofile, nofileHard = nofile } = args.files;
  return {
    ...workerProgram(name, args, apiEnvironment(name, args)),
    networkAliases: [replicas],
    command: ['node', '--max-semi-space-size=4', 'worker/api.ts'],
    nofile: { soft: nofile, hard: nofileHard },
    scratch: {},
    healthcheck: httpHealthCommand(apiPort, '/health'),
    startLimitSeconds,
    stopTimeoutSeconds,
  };
}

/** Variables of the API alone; an absent key is no variable. */
function apiEnvironment(
  name: string,
  { secrets, hooks, mcp, canaryInterval, monitoring, prefix }: ApiArgs,
): Record<string, pulumi.Input<string>> {
  const { apiSecret, searchSecret, webhookSecret } = secrets.previous;
  return {
    WEBHOOK_API_NAME: name,
    WEBHOOK_HOST: '0.0.0.0',
    WEBHOOK_PORT: String(apiPort),
    // By name, because one that is replaced has another address. Other containers of the network
    // can reach a replica as well, and are not believed.
    WEBHOOK_FRONT_DOOR: frontDoor(prefix).name,
    WEBHOOK_FRONT_DOOR_TLS_PORT: String(innerTlsPort),
    WEBHOOK_API_SECRET: secrets.apiSecret,
    WEBHOOK_SEARCH_SECRET: secrets.searchSecret,
    WEBHOOK_SECRET: secrets.webhookSecret,
    WEBHOOK_CANARY_INTERVAL: canaryInterval === 'off' ? 'off' : `${canaryInterval}s`,
    WEBHOOK_HOOK_SIGNATURE: hooks.signature,
    WEBHOOK_MCP: mcp,
    ...(monitoring === 'own' && { WEBHOOK_ALERTMANAGER_URL: alertmanagerUrl(prefix) }),
    ...(hooks.from !== undefined && { WEBHOOK_HOOK_FROM: hooks.from.join(',') }),
    ...(apiSecret !== undefined && { WEBHOOK_API_SECRET_PREVIOUS: apiSecret }),
    ...(searchSecret !== undefined && { WEBHOOK_SEARCH_SECRET_PREVIOUS: searchSecret }),
    ...(webhookSecret !== undefined && { WEBHOOK_SECRET_PREVIOUS: webhookSecret }),
  };
}

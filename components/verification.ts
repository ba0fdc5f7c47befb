import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';

import type { Api } from './api.ts';
import { containerNamesOf, containersOf } from './docker/in-stack.ts';
import type { Part } from './docker/in-stack.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface VerificationArgs {
  /** `strict`: a failed check fails the update. `warn`: it is reported, and the update goes on. */
  readonly mode: 'strict' | 'warn';
  /** As many of these have to take jobs. */
  readonly workers: Pick<WorkerPool, 'names'>;
  /** The questions are asked inside the first of its replicas that answers. */
  readonly api: Pick<Api, 'containers'>;
  /** What has to be up before the questions are asked, and is verified by them. */
  readonly parts: readonly Part[];
}

/**
 * Owns the check of a deployment: asks, from inside a replica of the API and after everything is
 * up, whether each connection works and a document that comes in at the front door is really
 * indexed and found. It asks again when the network, a container or an address of the GPU host has
 * changed. The first command always succeeds and keeps its report. The second enforces `strict`,
 * and asks again when the kept report is bad, so that a repaired deployment passes on the next
 * `up`.
 */
export class Verification extends pulumi.ComponentResource {
  /** `{ ok, verifiedAt, checks: […] }`, as healthchecks/verify.ts defines it. */
  readonly report: pulumi.Output<unknown>;
  /** When the report was made, ISO 8601. */
  readonly verifiedAt: pulumi.Output<string>;

  constructor(name: string, args: VerificationArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:verification:Verification', name, {}, opts);

    const containers = containersOf(args.parts);
    const asking: command.local.CommandArgs = {
      create: 'node healthchecks/from-host.ts',
      environment: {
        PULSE_WORKERS: args.workers.names.join(' '),
        PULSE_API_REPLICAS: containerNamesOf([args.api]).apply((names) => names.join(' ')),
        PULSE_CONTAINERS: containerNamesOf(args.parts).apply((names) => names.join(' ')),
      },
      logging: 'stderr',
    };
    const probe = new command.local.Command(
      `${name}-probe`,
      {
        ...asking,
        triggers: [
          ...containers.map(({ id }) => id),
          ...args.parts.flatMap(({ verifiedWith = [] }) => verifiedWith),
        ],
      },
      { parent: this, dependsOn: containers },
    );
    const enforce = new command.local.Command(
      `${name}-enforce`,
      {
        ...asking,
        create: `node healthchecks/from-host.ts --enforce ${args.mode}`,
        stdin: probe.stdout,
        triggers: [probe.stdout, args.mode],
      },
      { parent: this },
    );

    this.report = enforce.stdout.apply((report) => JSON.parse(report) as unknown);
    this.verifiedAt = enforce.stdout.apply(
      (report) => (JSON.parse(report) as { verifiedAt: string }).verifiedAt,
    );
    this.registerOutputs({ verifiedAt: this.verifiedAt });
  }
}

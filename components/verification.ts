import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';

export interface VerificationArgs {
  /** Workers in which the questions may be asked; the first that answers does. */
  readonly workers: readonly pulumi.Input<string>[];
  /** `strict`: a failed check fails the update. `warn`: it is reported, and the update goes on. */
  readonly mode: 'strict' | 'warn';
  /** What makes an earlier result out of date: containers, images, addresses. */
  readonly provenWith: readonly pulumi.Input<unknown>[];
  readonly after: readonly pulumi.Resource[];
}

/**
 * Asks, from inside a worker and after everything is up, whether each connection works and a
 * document is really indexed and found. Runs again when something it proved has changed. The asking
 * always succeeds and reports; a second command enforces `strict`, and asks anew when the kept
 * report is bad, so that a repaired deployment passes on the next `up`.
 */
export class Verification extends pulumi.ComponentResource {
  /** JSON: `{"ok","verifiedAt","checks":[…]}`. */
  readonly report: pulumi.Output<string>;
  /** When the report was made, ISO 8601. */
  readonly verifiedAt: pulumi.Output<string>;

  constructor(name: string, args: VerificationArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:verification:Verification', name, {}, opts);

    const asking: command.local.CommandArgs = {
      create: 'node healthchecks/from-host.ts',
      environment: {
        PULSE_WORKERS: pulumi
          .all(args.workers.map((worker) => pulumi.output(worker)))
          .apply((names) => names.join(' ')),
      },
      logging: 'stderr',
    };
    const probe = new command.local.Command(
      `${name}-probe`,
      { ...asking, triggers: [...args.provenWith] },
      { parent: this, dependsOn: [...args.after] },
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

    this.report = enforce.stdout;
    this.verifiedAt = enforce.stdout.apply(
      (report) => (JSON.parse(report) as { verifiedAt: string }).verifiedAt,
    );
    this.registerOutputs({ verifiedAt: this.verifiedAt });
  }
}

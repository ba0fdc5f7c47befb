import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';

export interface SecretsArgs {
  /** Configured values; an absent one is made on the first deploy. */
  readonly postgresPassword: string | undefined;
  readonly redisPassword: string | undefined;
  /** Key of the API that may do everything. */
  readonly apiSecret: string | undefined;
  /** Key of the API that may search and read. */
  readonly searchSecret: string | undefined;
  /** Key of deliveries. */
  readonly webhookSecret: string | undefined;
  /** Accepted beside the three, where given, while their callers change. */
  readonly apiSecretPrevious: string | undefined;
  readonly searchSecretPrevious: string | undefined;
  readonly webhookSecretPrevious: string | undefined;
}

/**
 * Owns the stack's passwords and keys: the configured ones, or random ones that are made on the
 * first deploy and kept encrypted in the state. All are safe in URLs.
 */
export class Secrets extends pulumi.ComponentResource {
  readonly postgresPassword: pulumi.Output<string>;
  readonly redisPassword: pulumi.Output<string>;
  readonly apiSecret: pulumi.Output<string>;
  readonly searchSecret: pulumi.Output<string>;
  readonly webhookSecret: pulumi.Output<string>;
  /** What the API's keys were before, as they are configured. */
  readonly previous: {
    readonly apiSecret: pulumi.Output<string> | undefined;
    readonly searchSecret: pulumi.Output<string> | undefined;
    readonly webhookSecret: pulumi.Output<string> | undefined;
  };

  constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:secrets:Secrets', name, {}, opts);

    this.postgresPassword = configuredOrMade(`${name}-postgres`, args.postgresPassword, this);
    this.redisPassword = configuredOrMade(`${name}-redis`, args.redisPassword, this);
    this.apiSecret = configuredOrMade(`${name}-api`, args.apiSecret, this);
    this.searchSecret = configuredOrMade(`${name}-search`, args.searchSecret, this);
    this.webhookSecret = configuredOrMade(`${name}-webhook`, args.webhookSecret, this);
    this.previous = {
      apiSecret: secretOf(args.apiSecretPrevious),
      searchSecret: secretOf(args.searchSecretPrevious),
      webhookSecret: secretOf(args.webhookSecretPrevious),
    };
    this.registerOutputs({});
  }
}

function secretOf(text: string | undefined): pulumi.Output<string> | undefined {
  return text === undefined ? undefined : pulumi.secret(text);
}

function configuredOrMade(
  resource: string,
  configured: string | undefined,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  if (configured !== undefined) return pulumi.secret(configured);

  const made = new command.local.Command(
    resource,
    {
      create: 'node -e "process.stdout.write(crypto.randomBytes(32).toString(\'hex\'))"',
      logging: 'none',
    },
    {
      parent,
      additionalSecretOutputs: ['stdout', 'stderr'],
      // Without triggers and with its script ignored, editing this file can never rotate a password.
      ignoreChanges: ['create', 'logging'],
    },
  );
  return pulumi.secret(made.stdout);
}

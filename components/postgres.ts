import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { postgresHealthCommand } from '../healthchecks/container.ts';
import { storeContainer } from './docker/store.ts';
import type { StoreArgs } from './docker/store.ts';
import type { Secrets } from './secrets.ts';

/** Facts of the deployment that this replaces; other software connects with them. */
const database = 'pulse_postgres';
const role = 'firecrawl';
const innerPort = 5432;

/** Postgres flushes and closes within this; if not, the next start recovers and loses nothing. */
const stopTimeoutSeconds = 60;

export interface PostgresArgs extends StoreArgs {
  readonly secrets: Pick<Secrets, 'postgresPassword'>;
}

/**
 * Owns Postgres and its data volume, which outlives `destroy`. Healthy means that a login over TCP
 * with the current password works. Every start sets the role's password, so that old data opens
 * with a new secret; a rotation works the same way.
 */
export class Postgres extends pulumi.ComponentResource {
  /** Connection URL inside the network; secret. */
  readonly url: pulumi.Output<string>;
  /** The parts of the URL; the password is secret. */
  readonly connection: {
    readonly host: string;
    readonly user: string;
    readonly database: string;
    readonly password: pulumi.Output<string>;
  };
  /** `address:port` for clients on the host. */
  readonly hostAddress: string;
  /** It has pg_dump as well. */
  readonly image: string;
  readonly containers: readonly docker.Container[];

  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:database:Postgres', name, {}, opts);

    const password = args.secrets.postgresPassword;
    const hostName = `${args.prefix}_postgres`;
    const container = storeContainer(
      name,
      args,
      {
        hostName,
        innerPort,
        dataFolder: '/var/lib/postgresql/data',
        scratch: '/var/run/postgresql',
        startScript,
        command: [
          'postgres',
          '-c',
          `shared_buffers=${Math.floor(args.memoryMiB / 4)}MB`,
          '-c',
          'max_connections=200',
        ],
        environment: pulumi.secret({
          POSTGRES_DB: database,
          POSTGRES_USER: role,
          POSTGRES_PASSWORD: password,
          // The same in every image: an index built under another locale would be in the wrong order.
          POSTGRES_INITDB_ARGS: '--locale=C.UTF-8 --encoding=UTF8',
          PGDATA: '/var/lib/postgresql/data',
        }),
        healthcheck: postgresHealthCommand(),
        stopTimeoutSeconds,
      },
      this,
    );

    this.url = pulumi.secret(
      pulumi.interpolate`postgresql://${role}:${password}@${hostName}:${innerPort}/${database}`,
    );
    this.connection = { host: hostName, user: role, database, password };
    this.image = args.image;
    this.hostAddress = `${args.storeAddress}:${args.port}`;
    this.containers = [container];
    this.registerOutputs({});
  }
}

const psql =
  'psql --quiet --no-psqlrc --host /var/run/postgresql --username "$POSTGRES_USER" ' +
  '--dbname postgres --set ON_ERROR_STOP=1';

/**
 * Starts the image's own entry point and, in the background, sets the role's password over the Unix
 * socket as soon as the server answers. The inner parentheses make that task a child of the
 * container's init: Postgres would take its end for a crashed server process of its own.
 */
const startScript = String.raw`
set -eu
set_password() {
  ${psql} <<'SQL'
\getenv role POSTGRES_USER
\getenv password POSTGRES_PASSWORD
ALTER ROLE :"role" PASSWORD :'password';
SQL
}
( ( until set_password 2>/dev/null; do sleep 0.2; done ) & )
exec docker-entrypoint.sh "$0" "$@"
`;

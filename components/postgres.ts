import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { postgresHealthCommand } from '../healthchecks/container.ts';
import { storeContainer } from './docker/store.ts';
import type { StoreArgs } from './docker/store.ts';

/** Facts of the deployment that this replaces; other software connects with them. */
const database = 'pulse_postgres';
const role = 'firecrawl';
const port = 5432;

/** Postgres flushes and closes within this; then a crash recovery would follow, not a loss. */
const stopTimeoutSeconds = 60;

/**
 * Postgres with a data volume that outlives `destroy`. Healthy means: a login over TCP with the
 * current password works. Every start sets the role's password, so that old data opens with a new
 * secret; that is also how a rotation works.
 */
export class Postgres extends pulumi.ComponentResource {
  /** Connection URL inside the network; secret. */
  readonly url: pulumi.Output<string>;
  readonly container: docker.Container;

  constructor(name: string, args: StoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:database:Postgres', name, {}, opts);

    this.container = storeContainer(
      name,
      args,
      {
        port,
        dataFolder: '/var/lib/postgresql/data',
        scratch: '/var/run/postgresql',
        startScript,
        command: [
          'postgres',
          '-c',
          `shared_buffers=${Math.floor(args.memory / 4)}MB`,
          '-c',
          'max_connections=200',
        ],
        environment: pulumi.secret({
          POSTGRES_DB: database,
          POSTGRES_USER: role,
          POSTGRES_PASSWORD: args.password,
          // The same in every image, or an index made in one would be in the wrong order in another.
          POSTGRES_INITDB_ARGS: '--locale=C.UTF-8 --encoding=UTF8',
          PGDATA: '/var/lib/postgresql/data',
        }),
        healthcheck: postgresHealthCommand(),
        stopTimeout: stopTimeoutSeconds,
      },
      this,
    );

    this.url = pulumi.secret(
      pulumi.interpolate`postgresql://${role}:${args.password}@${args.name}:${port}/${database}`,
    );
    this.registerOutputs({});
  }
}

/**
 * Starts the image's own entry point and, beside it, sets the role's password over the Unix socket
 * as soon as the server answers. The inner parentheses hand that task to the container's init: as a
 * child of the server it would be taken for a crashed one.
 */
const startScript = String.raw`
set -eu
set_password() {
  psql --quiet --no-psqlrc --host /var/run/postgresql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 <<'SQL'
\getenv role POSTGRES_USER
\getenv password POSTGRES_PASSWORD
ALTER ROLE :"role" PASSWORD :'password';
SQL
}
( ( until set_password 2>/dev/null; do sleep 0.2; done ) & )
exec docker-entrypoint.sh "$0" "$@"
`;

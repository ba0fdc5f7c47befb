import { heartbeatFile, heartbeatFreshSeconds } from '../shared/heartbeat.ts';

/**
 * The health checks that Docker runs inside the containers, as the `test` of a health check. They
 * use only what the images carry, and read passwords from the container's environment, so that none
 * stands in the container's configuration twice.
 */
export type ContainerCheck = readonly string[];

/**
 * Healthy = the password works. By the container's own name and not 127.0.0.1, which the official
 * image trusts without a password; and never by the socket, where the server also answers while it
 * is still being initialised.
 */
export function postgresHealthCommand(): ContainerCheck {
  return inShell(
    `PGPASSWORD="$POSTGRES_PASSWORD" PGCONNECT_TIMEOUT=3 psql -h "$(hostname)" -U "$POSTGRES_USER" -d "$POSTGRES_DB" -qtAc 'select 1'`,
  );
}

/** While Redis still loads its data it answers LOADING, not PONG. */
export function redisHealthCommand(): ContainerCheck {
  return inShell('REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli ping | grep -x PONG');
}

/**
 * Cheap on purpose, since it runs often in every replica: the worker judges itself and touches a
 * file.
 */
export function workerHealthCommand(): ContainerCheck {
  return inShell(
    `beat=$(stat -c %Y ${heartbeatFile}) && age=$(( $(date +%s) - beat )) && echo "last heartbeat $age s ago" && [ "$age" -lt ${heartbeatFreshSeconds} ]`,
  );
}

/** For images without curl or wget: bash opens the connection itself. Healthy = status 200. */
export function httpHealthCommand(port: number, path: string): ContainerCheck {
  const request = `GET ${path} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n`;
  return [
    'CMD',
    'bash',
    '-c',
    `exec 3<>/dev/tcp/127.0.0.1/${port} && printf '${request}' >&3 && read -r -t 5 _ status _ <&3 && echo "status $status" && [ "$status" = 200 ]`,
  ];
}

/** Docker counts 1 as unhealthy and reserves every other failure. */
function inShell(script: string): ContainerCheck {
  return ['CMD-SHELL', `{ ${script}; } || exit 1`];
}

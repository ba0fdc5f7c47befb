import { heartbeatFile, heartbeatFreshSeconds } from '../shared/heartbeat.ts';

/**
 * A health check that Docker runs inside a container, as the `test` of its configuration. The
 * checks use only programs of the images. They read passwords from the container's environment, so
 * that no password is in the configuration twice.
 */
export type ContainerCheck = readonly string[];

/**
 * Healthy when the password works. The connection goes to the container's own name: the official
 * image trusts 127.0.0.1 without a password, and on the socket the server answers while it is still
 * being initialised.
 */
export function postgresHealthCommand(): ContainerCheck {
  return inShell(
    'PGPASSWORD="$POSTGRES_PASSWORD" PGCONNECT_TIMEOUT=3 ' +
      'psql -h "$(hostname)" -U "$POSTGRES_USER" -d "$POSTGRES_DB" ' +
      "-qtAc 'select 1'",
  );
}

/** Healthy when Redis answers PONG; it answers LOADING while it still loads its data. */
export function redisHealthCommand(): ContainerCheck {
  return inShell('REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli ping | grep -x PONG');
}

/**
 * Healthy while the worker's heartbeat file is fresh. The worker judges itself and touches the
 * file; the check itself runs often in every replica and has to be cheap.
 */
export function workerHealthCommand(): ContainerCheck {
  return inShell(
    `beat=$(stat -c %Y ${heartbeatFile}) && age=$(( $(date +%s) - beat )) && ` +
      `echo "last heartbeat $age s ago" && [ "$age" -lt ${heartbeatFreshSeconds} ]`,
  );
}

/**
 * Healthy on status 200. For images without curl or wget: bash opens the connection itself.
 *
 * @param hasKey whether the service asks for the key in its variable `API_KEY`, sent as a bearer
 *   token; `printf` is a part of bash, so that no process has the key as an argument
 */
export function httpHealthCommand(port: number, path: string, hasKey = false): ContainerCheck {
  const key = hasKey ? 'Authorization: Bearer %s\\r\\n' : '';
  const request = `GET ${path} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n${key}\\r\\n`;
  const value = hasKey ? ' "$API_KEY"' : '';
  return [
    'CMD',
    'bash',
    '-c',
    `exec 3<>/dev/tcp/127.0.0.1/${port} && printf '${request}'${value} >&3 && ` +
      'read -r -t 5 _ status _ <&3 && echo "status $status" && [ "$status" = 200 ]',
  ];
}

/**
 * Healthy when the front door answers `/health` with 200, which is a replica's answer. HAProxy's
 * image has neither curl nor bash; it has socat.
 */
export function frontDoorHealthCommand(port: number): ContainerCheck {
  const request = `GET /health HTTP/1.0\\r\\n\\r\\n`;
  return inShell(
    `printf '${request}' | socat -t 5 - TCP4:127.0.0.1:${port},connect-timeout=3 | ` +
      "head -n 1 | grep -F ' 200 '",
  );
}

/** Healthy on any status of 2xx. For images that have wget, of BusyBox or of GNU, and no bash. */
export function wgetHealthCommand(port: number, path: string): ContainerCheck {
  return inShell(`wget -q -T 5 -O /dev/null http://127.0.0.1:${port}${path}`);
}

/** Docker takes exit code 1 for unhealthy and reserves all others. */
function inShell(script: string): ContainerCheck {
  return ['CMD-SHELL', `{ ${script}; } || exit 1`];
}

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';

import {
  certificateFolder,
  configFolder,
  haproxyConfiguration,
  startScript,
} from '../../components/haproxy.ts';
import type { HaproxyArgs } from '../../components/haproxy.ts';
import { frontDoorHealthCommand } from '../../healthchecks/container.ts';
import { apiPort, innerMetricsPort, innerTlsPort } from '../../settings/names.ts';
import { freeSubnet } from '../deploy/subnet.ts';
import type { ServerCertificate } from './certificates.ts';
import { machineDocker, reportContainers } from './container-report.ts';
import { eventually } from './eventually.ts';
import { reportOnFailure } from './failure-report.ts';
import { removeAtExit } from './reaper.ts';
import { reservePort } from './reserve-port.ts';
import { imageReference } from './server.ts';
import { timed } from './timed.ts';

const execute = promisify(execFile);
const repository = join(import.meta.dirname, '../..');
const certificateFile = 'api.pem';

/** What reached a replica. */
export interface Reached {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** HAProxy with the configuration of a stack, before a replica that answers with what it was sent. */
export interface FrontDoor extends AsyncDisposable {
  readonly container: string;
  /** The address of another container of its network, from which `fromInside` asks. */
  readonly neighbour: string;
  /** The host's address in that network: what HAProxy sees of a caller on this machine. */
  readonly gateway: string;
  /** @returns the port of 127.0.0.1 on which a port of HAProxy is published */
  published(port: number): number;
  /** Asks from another container of the network. */
  fromInside(port: number, path: string, headers?: Record<string, string>): Promise<Reached>;
  /** The same for what HAProxy answers itself. */
  readInside(port: number, path: string): Promise<string>;
}

type Wanted = Pick<HaproxyArgs, 'hookPort'> & {
  /** Trusted proxies besides this machine; absent, it is none either. */
  readonly otherProxies?: readonly string[];
  /** With one, `innerTlsPort` and the port for hooks speak TLS. */
  readonly tls?: ServerCertificate;
};

/** Answers every request with its path and headers, and `/health` as a replica does. */
const replica = `
require('node:http').createServer(({ url, headers }, response) =>
  response.setHeader('content-type', 'application/json')
    .end(JSON.stringify({ path: url, headers }))).listen(${apiPort})`;

const replicasName = 'replicas';

export function startFrontDoor(wanted: Wanted = {}): Promise<FrontDoor> {
  return timed('start of a front door', () => runFrontDoor(wanted));
}

async function runFrontDoor({ tls, otherProxies, ...wanted }: Wanted): Promise<FrontDoor> {
  const name = `pulse-test-door-${randomBytes(4).toString('hex')}`;
  const backend = `${name}-replica`;
  /** @param line arguments without blanks in them */
  const docker = async (line: string, ...args: string[]) =>
    (await execute('docker', [...line.split(' '), ...args])).stdout.trim();
  const { now: remove } = removeAtExit(
    'sh',
    '-c',
    'docker rm --force --volumes "$0" "$1"; docker network rm "$0"; docker volume rm "$0-tls"',
    name,
    backend,
  );
  const volume = `${name}-tls`;
  const subnet = freeSubnet();
  const gateway = `${subnet}.1`;
  const inner = [apiPort, wanted.hookPort, tls && innerTlsPort].filter(
    (port) => port !== undefined,
  );
  const ports = new Map(
    await Promise.all(inner.map(async (port) => [port, await reservePort()] as const)),
  );
  const configuration = haproxyConfiguration({
    ports: [apiPort],
    replicas: replicasName,
    replicaPort: apiPort,
    mostReplicas: 2,
    metricsPort: innerMetricsPort,
    tls: tls && { port: innerTlsPort, file: `${certificateFolder}/${certificateFile}` },
    trustedProxies: otherProxies && [gateway, ...otherProxies],
    ...wanted,
  });

  const publish = [...ports].map(([port, outer]) => `--publish 127.0.0.1:${outer}:${port}`);
  const images = { node: await imageReference('node'), haproxy: await imageReference('haproxy') };

  if (tls !== undefined) await writeCertificate(volume, images.haproxy, tls);
  await docker(`network create --subnet ${subnet}.0/24 --gateway ${gateway} ${name}`);
  await docker(
    `run --detach --network ${name} --name ${backend} --network-alias ${replicasName} ` +
      `${images.node} node --eval`,
    replica,
  );
  await docker(
    `run --detach --network ${name} --name ${name} --user 99:99 --read-only --cap-drop ALL ` +
      `--tmpfs ${configFolder}:uid=99,gid=99,mode=0700 ${publish.join(' ')} ` +
      `--volume ${volume}:${certificateFolder} --entrypoint sh ${images.haproxy} -c`,
    startScript,
    configuration,
  );
  reportOnFailure(() => reportContainers(machineDocker, [name, backend]));
  const [, ...check] = frontDoorHealthCommand(apiPort);
  await eventually('a healthy front door', () => docker(`exec ${name} sh -c`, ...check));

  const neighbour = await docker(
    `inspect ${backend} --format`,
    '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
  );
  const readInside = (port: number, path: string, headers: Record<string, string> = {}) => {
    const asking =
      `fetch(${JSON.stringify(`http://${name}:${port}${path}`)}, ` +
      `{ headers: ${JSON.stringify(headers)} })`;
    const script = `${asking}.then((answer) => answer.text()).then(console.log)`;
    return docker(`exec ${backend} node --eval`, script);
  };
  return {
    container: name,
    neighbour,
    gateway,
    published: (port) => ports.get(port)!,
    fromInside: async (port, path, headers) =>
      JSON.parse(await readInside(port, path, headers)) as Reached,
    readInside,
    [Symbol.asyncDispose]: remove,
  };
}

/** As a stack does it. */
async function writeCertificate(
  volume: string,
  image: string,
  { certificate, key }: ServerCertificate,
): Promise<void> {
  const writing = execute('sh', ['components/certificate-file.sh'], {
    cwd: repository,
    env: { ...process.env, VOLUME: volume, IMAGE: image, OWNER: '99:99', FILE: certificateFile },
  });
  writing.child.stdin?.end(certificate + key);
  await writing;
}

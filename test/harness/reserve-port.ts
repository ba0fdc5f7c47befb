import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { ListenOptions, Server } from 'node:net';

/**
 * Finds a port on which nothing listens, for a server that is started later. No other call gets it
 * as long as this process runs, in whichever test process of this machine. (get-port 7.2 reserves a
 * port within one process only, and gives two processes the same first free one of a range.)
 *
 * The range is below what kernels hand to outgoing connections (from 32768): a server that goes
 * away for a while finds its port free again.
 *
 * @param end the first port after the range
 */
export async function reservePort(start = 20_000, end = 32_000): Promise<number> {
  for (;;) {
    const port = randomInt(start, end);
    if (holdName(`port-${port}`) && (await isFree(port))) return port;
  }
}

/**
 * Takes a name for as long as this process runs: of a kind that Linux gives to one process at a
 * time. Node tries it at once, and tells of a failure later.
 *
 * @returns false where it is taken already, in whichever test process of this machine
 */
export function holdName(name: string): boolean {
  if (process.platform !== 'linux') return true;
  const holder = createServer().once('error', throwUnlessTaken);
  holder.listen({ path: `\0pulse-test-${name}` }).unref();
  return holder.listening;
}

function throwUnlessTaken(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EADDRINUSE') throw error;
}

/** On every address of the machine: containers reach some servers by another than 127.0.0.1. */
async function isFree(port: number): Promise<boolean> {
  const server = await listen({ port });
  if (server === undefined) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/** @returns `undefined` where something else listens already */
function listen(options: ListenOptions): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(options, () => resolve(server));
  });
}

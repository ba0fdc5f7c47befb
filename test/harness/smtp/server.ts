import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { eventually } from '../eventually.ts';
import { installPackages, pythonIn } from '../python-packages.ts';
import { removeAtExit } from '../reaper.ts';
import { reservePort } from '../reserve-port.ts';

/** A mail server that delivers nothing and keeps what it takes. */
export interface SmtpServer extends AsyncDisposable {
  readonly port: number;
  /** Each as it came in, headers and body, its lines ended by `\n`. */
  mails(): readonly string[];
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const mail = /^-{10} MESSAGE FOLLOWS -{10}\n(.*?)^-{12} END MESSAGE -{12}$/gms;

/** aiosmtpd, whose handler `Debugging` prints every mail. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const packages = await installPackages('smtp', join(folder, 'requirements.txt'));
  const port = await reservePort();
  const program = ['-u', '-m', 'aiosmtpd', '-n', '-l', `127.0.0.1:${port}`];
  const server = spawn(
    pythonIn(packages),
    [...program, '-c', 'aiosmtpd.handlers.Debugging', 'stdout'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { now: end } = removeAtExit('kill', String(server.pid));
  let printed = '';
  server.stdout.setEncoding('utf8').on('data', (part: string) => (printed += part));
  await eventually('a mail server', async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'data');
    socket.end('QUIT\r\n');
  });
  return {
    port,
    mails: () => [...printed.matchAll(mail)].map(([, text = '']) => text),
    [Symbol.asyncDispose]: end,
  };
}

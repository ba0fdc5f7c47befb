/** What README.md and docs/ tell to type, run for the stack of a project. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { commands } from '../../cli/commands.ts';
import { first } from '../harness/certificates.ts';
import { timed } from '../harness/timed.ts';
import type { Ended, Project } from './project.ts';

/** Commands that are the same for every stack. */
const withoutStack = commands
  .map(({ definition }) => definition)
  .filter(({ options = [], subcommands = {} }) => {
    const all = [...options, ...Object.values(subcommands).flatMap((one) => one.options ?? [])];
    return !all.some(({ flags }) => flags.startsWith('--stack'));
  })
  .map(({ name }) => name);

/**
 * `./pulse` without its launcher, which would install packages into the folder that all copies of
 * the project share. An update is put off: one at the end is of what all pages configure.
 */
const prelude = `
set -euo pipefail
function ./pulse {
  local before=() name=$1 had=
  if [ "$name" = up ] && [ -n "$put_off" ]; then return; fi
  case " ${withoutStack.join(' ')} " in
    *" $name "*) ;;
    *) while [ $# -gt 0 ] && [ -z "$had" ]; do
         case $1 in -*) had=yes ;; *) before+=("$1"); shift ;; esac
       done
       case " $* " in *' --stack '*) ;; *) before+=(--stack "$stack") ;; esac ;;
  esac
  "$node" --disable-warning=ExperimentalWarning cli/main.ts "\${before[@]}" "$@"
}
function crawl { echo '{"url":"https://docs.example.org/crawled","text":"Of a crawler."}'; }
`;

/** What is put in place of the examples of the pages. */
export interface Replaced {
  readonly address: string;
  readonly crawlId: string;
  readonly engineId: string;
  /** The name of the folder. */
  readonly backup: string;
  /** The number in the name of its file. */
  readonly update: string;
  readonly receiver: string;
  readonly tei: string;
}

/** A shell in the folder of a project, with the files that the pages name. */
export class DocumentedShell {
  /** Folders of the host that the pages name are below it. */
  readonly folder = mkdtempSync(join(tmpdir(), 'pulse-documented-'));
  readonly #project: Project;

  constructor(project: Project) {
    this.#project = project;
  }

  /** Makes what a reader has: pages, lines of records, a certificate, folders of the host. */
  writeFiles(): void {
    const { folder } = this.#project;
    const write = (name: string, text: string | Uint8Array): void => {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), text);
    };
    const record = { url: 'https://docs.example.org/install', text: 'How to vacuum.' };
    write('handbook/passwords.md', '# Passwords\n\nHow to rotate a password.\n');
    write('handbook/drafts/later.md', '# Later\n\nNot yet.\n');
    write('pages.jsonl.gz', gzipSync(JSON.stringify(record)));
    write('queries.txt', 'vacuum\nrotate a password\n');
    write('fullchain.pem', first.certificate);
    write('privkey.pem', first.key);
    write('backup.access', 'AWS_ACCESS_KEY_ID=key\nAWS_SECRET_ACCESS_KEY=secret\n');
    // curl fails where an answer says that something is wrong.
    write('.curlrc', 'silent\nshow-error\nfail\n');
    for (const name of ['old.env', 'pulse.env']) write(name, 'WEBHOOK_LOG_LEVEL=INFO\n');
    for (const name of ['mnt/backup/repository', 'srv/pulse-state', 'etc/prometheus'])
      mkdirSync(join(this.folder, name), { recursive: true });
  }

  /** @param putOff updates that the text asks for */
  async run(text: string, replaced: Replaced, { putOff = false } = {}): Promise<Ended> {
    const { stack } = this.#project;
    const script = [
      await this.#project.exports(),
      `export CURL_HOME="$PWD"`,
      `node='${process.execPath}' stack='${stack}' put_off='${putOff ? 'yes' : ''}'`,
      prelude,
      this.#follow(this.#fill(text, replaced)),
    ];
    return timed(`of the docs: ${text.split('\n')[0]}`, () =>
      this.#project.run('bash', ['--norc', '-c', script.join('\n')]),
    );
  }

  /** Says for this stack what the pages say for another one, on another host. */
  #fill(text: string, replaced: Replaced): string {
    return text
      .replaceAll(/^eval "\$\(\.\/pulse env\)"$/gm, '') // as every one of these shells begins
      .replaceAll(/--stack (?:dev|prod|staging|new)\b/g, `--stack ${this.#project.stack}`)
      .replaceAll('stack init dev', `stack init ${this.#project.stack}`)
      .replaceAll(/http:\/\/127\.0\.0\.1:501[01]8/g, replaced.address)
      .replaceAll('http://192.0.2.10:52000', replaced.tei)
      .replaceAll(/s3:\S+/g, '/mnt/backup/repository')
      .replaceAll(
        /(?<=[\s=:/])\/(?=(?:mnt\/backup|srv\/pulse-|etc\/prometheus))/g,
        `${this.folder}/`,
      )
      .replaceAll('https://ntfy.example.org/topic', replaced.receiver)
      .replaceAll('0194f1c2-5b7e-7aa0-9f5e-2f1d3c4b5a69', replaced.crawlId)
      .replaceAll('7c1f5e0a-51c7-4d4e-9a4e-0a6f0b5c2d11', replaced.engineId)
      .replaceAll('prod-20261127T031400Z', replaced.backup)
      .replaceAll('dev-1764241200000000000', `dev-${replaced.update}`)
      .replaceAll(/pulse\/dev(?=[/.])|dev(?=-\d+\.checkpoint)/g, (one) =>
        one.replace('dev', this.#project.stack),
      )
      .replaceAll('../pulse/.env', 'pulse.env');
  }

  /** What never ends is ended by Ctrl-C once it has printed something. */
  #follow(text: string): string {
    if (!text.endsWith(' -f')) return text;
    const words = text.replace('./pulse', '"$node" cli/main.ts');
    return `
      env --default-signal=INT ${words} --stack "$stack" >"$PWD/followed" & pid=$!
      until [ -s followed ]; do sleep 0.1; done
      kill -INT $pid
      wait $pid || [ $? = 130 ]`;
  }
}

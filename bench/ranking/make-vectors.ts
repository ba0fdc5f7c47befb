import { writeFileSync } from 'node:fs';

import { httpHealthCommand } from '../../healthchecks/container.ts';
import { startServer } from '../../test/harness/server.ts';
import { defaultModel } from '../worker/model.ts';
import { judgedFolder, vectorsFile } from './gate.ts';
import { readJudgedSet } from './judged-set.ts';
import { openLocalIndex } from './local-index.ts';
import { formatVector } from './stored-vectors.ts';
import type { Vector } from './stored-vectors.ts';

const textsAtOnce = 16;

/** Embeds every chunk and query of the judged set, and stores the vectors beside it. */
export async function makeVectors(): Promise<void> {
  const { pages, queries } = await readJudgedSet(judgedFolder);
  await using index = await openLocalIndex(pages.map(({ value }) => value));
  const texts = [
    ...new Set([...index.chunks.map(({ text }) => text), ...queries.map(({ text }) => text)]),
  ];
  await using server = await startServer({
    name: 'tei',
    port: 8080,
    command: ['--model-id', defaultModel, '--port', '8080'],
    check: httpHealthCommand(8080, '/health'),
  });
  let lines = '';
  for (let start = 0; start < texts.length; start += textsAtOnce) {
    const inputs = texts.slice(start, start + textsAtOnce);
    const answer = await fetch(`http://${server.authority}/embed`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs }),
    });
    if (!answer.ok) throw new Error(`TEI answered ${answer.status}: ${await answer.text()}`);
    const vectors = (await answer.json()) as Vector[];
    lines += inputs.map((text, at) => formatVector(text, vectors[at] as Vector)).join('');
  }
  writeFileSync(vectorsFile, lines);
}

/** Another process with the index open: it writes pages, or begins a write and never ends it. */
import { randomUUID } from 'node:crypto';

import { Keywords } from '../../../../worker/keywords/keywords.ts';
import { openIndexFile } from '../../../../worker/keywords/schema.ts';

const [folder = '', task, name = '', count = '0'] = process.argv.slice(2);
if (task === 'hold') {
  openIndexFile(folder).exec('BEGIN IMMEDIATE; DELETE FROM pages');
  process.send?.('holding');
  setInterval(() => {}, 1_000);
} else {
  const keywords = new Keywords(folder);
  await keywords.open();
  process.send?.('ready');
  for (let number = 0; number < Number(count); number += 1) {
    await keywords.replace([
      {
        id: randomUUID(),
        version: 1,
        url: `https://${name}.example/${number}`,
        title: name,
        domain: name,
        language: null,
        country: null,
        isMobile: null,
        chunks: [{ index: 0, text: `page ${number} of ${name}`, headings: [] }],
      },
    ]);
  }
  await keywords.close();
  process.disconnect?.();
}

import { expect, test } from 'vitest';

import { readSelectedIds } from '../../../../worker/commands/selection.ts';
import type { Services } from '../../../../worker/services.ts';

test.each(['all', 'docs.example.org', 'handbook', './handbook/page.md', 'C:\\docs\\page.md'])(
  '%s names no document by its URL, and what names others is said',
  async (url) => {
    const nothingIsAsked = {} as Services;
    await expect(readSelectedIds(nothingIsAsked, { url })).rejects.toThrow(
      `${url} is no URL such as https://docs.example.org/page; ` +
        '--domain <host> names all of a host or a folder, --all every document',
    );
  },
);

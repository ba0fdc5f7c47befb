import type { EndLine, FolderLine } from '../../shared/folder-lines.ts';
import { canonicalizeUrl } from '../documents/canonical-url.ts';
import { readLines } from '../lines.ts';
import { largeBytes, maxValueBytes } from './entries.ts';
import type { Entry } from './entries.ts';

/** A folder as `./pulse` hands it over, and what was seen of it. */
export class FolderInput {
  /** The canonical URLs of files that are there; of what could not be read, with a slash. */
  readonly fileUrls = new Set<string>();
  /** How many files give their documents the URL, and not their front matter. */
  named = 0;
  #end: EndLine['end'] | undefined;

  /** Undefined until all of it was read, and where it ended too early. */
  get end(): EndLine['end'] | undefined {
    return this.#end;
  }

  async *read(input: AsyncIterable<Buffer | string>): AsyncGenerator<Entry> {
    for await (const { text = '' } of readLines(input, maxValueBytes)) {
      const line = JSON.parse(text) as FolderLine;
      if ('end' in line) {
        this.#end = line.end;
        continue;
      }
      const { path, fileUrl } = line;
      const place = { path };
      this.fileUrls.add(canonicalizeUrl(fileUrl) ?? fileUrl);
      if ('problem' in line) yield { place, problem: line.problem };
      if ('problem' in line) continue;
      if (line.page['url'] === fileUrl) this.named += 1;
      yield { place, value: line.page, isLarge: text.length > largeBytes };
    }
  }

  /** Whether a URL is that of a file which is there, or lies in a folder that cannot be read. */
  has(url: string): boolean {
    if (this.fileUrls.has(url)) return true;
    for (let end = url.lastIndexOf('/'); end > 0; end = url.lastIndexOf('/', end - 1))
      // A link that leads nowhere may have been a folder.
      if (this.fileUrls.has(url.slice(0, end + 1)) || this.fileUrls.has(url.slice(0, end)))
        return true;
    return false;
  }
}

import { examplePage } from '../../shared/senders.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/**
 * Says how the first page comes into an empty stack.
 *
 * @param origin as the reader's browser calls this API
 */
export function describeFirstVisit(origin: string): Html {
  const curl = [
    `curl ${origin}/api/documents`,
    `  -H "Authorization: Bearer $(./pulse api key --admin)"`,
    `  --json '${JSON.stringify(examplePage)}'`,
  ].join(' \\\n');
  return html`<section class="card">
    <h2>Nothing is here yet</h2>
    <p>A page can be found some seconds after it came in. Three ways to send the first one:</p>
    <h3>A folder of pages, on the host of the stack</h3>
    <pre tabindex="0"><code>./pulse index ./handbook --wait</code></pre>
    <h3>One page, from any program</h3>
    <pre tabindex="0"><code>${curl}</code></pre>
    <h3>A crawler, for each page that it finds</h3>
    <p>
      <a href="/status#senders">What to enter in Firecrawl and changedetection.io</a>, or
      <code>./pulse senders</code>
    </p>
  </section>`;
}

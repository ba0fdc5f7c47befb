import {
  changedetectionBody,
  changedetectionFormat,
  changedetectionUrl,
  examplePage,
  firecrawlWebhook,
  hookPath,
} from '../../shared/senders.ts';
import type { HookName } from '../../shared/senders.ts';
import type { ApiSettings } from '../api/settings.ts';
import type { LastDelivery } from '../records/last-deliveries.ts';
import { codeLink, timeWithAge } from './elements.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** Stands where the sender gets the key: no page shows one. */
const secret = '<webhookSecret>';

/**
 * What to enter in each program that sends pages, and when it last did.
 *
 * @param origin as the reader's browser calls this API
 * @param deliveries undefined while they are not known
 */
export function describeSenders(
  { frontDoor, port }: Pick<ApiSettings, 'frontDoor' | 'port'>,
  origin: string,
  deliveries: readonly LastDelivery[] | undefined,
): Html {
  const inside = frontDoor === undefined ? origin : `http://${frontDoor}:${port}`;
  const last = (hook: HookName) => describeLast(deliveries, hook);
  const firecrawl = `${inside}${hookPath('firecrawl')}`;
  const changedetection = `${inside}${hookPath('changedetection')}`;
  return html`<section aria-labelledby="senders">
    <h2 id="senders">Senders</h2>
    <p class="soft">
      For programs on the network of the stack. With the keys in their places, and for programs
      elsewhere: <code>./pulse senders --reveal</code>.
    </p>
    <article class="card">
      <h3>Firecrawl</h3>
      <p>Last delivery: ${last('firecrawl')}</p>
      <p>
        Environment <code>SELF_HOSTED_WEBHOOK_HMAC_SECRET</code>, and <code>webhook</code> of each
        crawl:
      </p>
      <pre tabindex="0"><code>${secret}</code></pre>
      <pre tabindex="0"><code>${JSON.stringify(firecrawlWebhook(firecrawl))}</code></pre>
    </article>
    <article class="card">
      <h3>changedetection.io</h3>
      <p>Last delivery: ${last('changedetection')}</p>
      <p>Notification URL, with the format <code>${changedetectionFormat}</code>, and its body:</p>
      <pre tabindex="0"><code>${changedetectionUrl(changedetection, secret)}</code></pre>
      <details>
        <summary>Notification body</summary>
        <pre tabindex="0"><code>${changedetectionBody}</code></pre>
      </details>
    </article>
    <article class="card">
      <h3>Any HTTP client</h3>
      <p>
        <code>POST ${origin}/api/documents</code>, with the header
        <code>Authorization: Bearer &lt;apiSecret&gt;</code>:
      </p>
      <pre tabindex="0"><code>${JSON.stringify(examplePage)}</code></pre>
    </article>
  </section>`;
}

function describeLast(deliveries: readonly LastDelivery[] | undefined, hook: HookName): Html {
  if (deliveries === undefined) return html`<span class="soft">not known</span>`;
  const found = deliveries.find(({ source }) => source === hook);
  if (found === undefined) return html`never`;
  const { receivedAt, event, outcome, code } = found;
  return html`${timeWithAge(receivedAt)}, ${event}, ${outcome} ${code !== null && codeLink(code)}`;
}

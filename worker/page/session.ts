import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

import { keyNames } from '../api/keys.ts';
import type { KeyName } from '../api/keys.ts';
import type { ApiSettings } from '../api/settings.ts';

/** How long a browser stays logged in that asks for nothing. */
const lifeSeconds = 12 * 60 * 60;
/** A younger cookie is not written anew. */
const renewAfterSeconds = 10 * 60;

export interface Session {
  readonly keyName: KeyName;
  /** Whether a new cookie is due. */
  readonly isOld: boolean;
}

type Secrets = Pick<ApiSettings, KeyName | 'frontDoor'>;

/**
 * Sessions of browsers, in a cookie: when it ends, sealed by the key that the browser logged in
 * with. No table has them: a key that is changed ends its sessions, in every replica.
 */
export class Sessions {
  /** Stacks of one host share its cookies, whatever their ports. */
  readonly #cookie: string;
  readonly #seals: readonly { readonly name: KeyName; readonly key: Buffer }[];

  constructor(settings: Secrets) {
    this.#cookie = `${stackOf(settings)}_session`;
    this.#seals = keyNames.flatMap((name) => {
      const secret = settings[name];
      return secret === undefined ? [] : [{ name, key: deriveSeal(secret) }];
    });
  }

  /** @param cookies the header of a request */
  open(cookies = '', nowMs = Date.now()): Session | undefined {
    const given = cookies.split(/; */).filter((one) => one.startsWith(`${this.#cookie}=`));
    for (const one of given) {
      const [, ends = '', mac = ''] =
        /^v1\.(\d{1,12})\.([\w-]{43})$/.exec(one.slice(this.#cookie.length + 1)) ?? [];
      const leftSeconds = Number(ends) - nowMs / 1_000;
      if (mac === '' || leftSeconds <= 0 || leftSeconds > lifeSeconds) continue;
      const sealed = Buffer.from(mac, 'base64url');
      const fits = this.#seals.map(({ key }) => timingSafeEqual(sealed, seal(key, ends)));
      const keyName = this.#seals[fits.indexOf(true)]?.name;
      if (keyName === undefined) continue;
      return { keyName, isOld: leftSeconds < lifeSeconds - renewAfterSeconds };
    }
    return undefined;
  }

  /**
   * @param isSecure whether the browser asks over TLS
   * @returns a value of Set-Cookie
   */
  write(keyName: KeyName, isSecure: boolean, nowMs = Date.now()): string {
    const key = this.#seals.find(({ name }) => name === keyName)?.key;
    if (key === undefined) throw new Error(`${keyName} is not set`);
    const ends = String(Math.floor(nowMs / 1_000) + lifeSeconds);
    const mac = seal(key, ends).toString('base64url');
    return this.#describe(`v1.${ends}.${mac}`, lifeSeconds, isSecure);
  }

  /** @returns a value of Set-Cookie that ends the session in its browser */
  writeEnd(isSecure: boolean): string {
    return this.#describe('', 0, isSecure);
  }

  /** Lax: who follows a link from a message is logged in. What changes something asks for more. */
  #describe(value: string, maxAge: number, isSecure: boolean): string {
    const flags = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`;
    return `${this.#cookie}=${value}; ${flags}${isSecure ? '; Secure' : ''}`;
  }
}

/** @returns the first part of every name of this stack, as `pulse-dev` */
export function stackOf({ frontDoor }: Pick<ApiSettings, 'frontDoor'>): string {
  return frontDoor?.replace(/_webhook$/, '') ?? 'pulse';
}

function deriveSeal(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'pulse session v1', 32));
}

function seal(key: Buffer, ends: string): Buffer {
  return createHmac('sha256', key).update(`v1.${ends}`).digest();
}

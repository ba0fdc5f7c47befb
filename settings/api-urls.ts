import type { SettingsByPart } from '../settings.ts';
import { everyAddress } from './ipv4.ts';

type FrontDoorSettings = Pick<
  SettingsByPart['frontDoor'],
  'address' | 'port' | 'certificate' | 'publicUrl'
>;

/**
 * The API's URLs as a stack says them, without a trailing slash.
 *
 * @returns the one for clients on the host, and the one for links that are followed elsewhere
 */
export function apiUrls({ address, port, certificate, publicUrl }: FrontDoorSettings): {
  onHost: string;
  public: string;
} {
  const protocol = certificate === undefined ? 'http' : 'https';
  // Published on every address, it is on this one as well.
  const onHost = `${protocol}://${address === everyAddress ? '127.0.0.1' : address}:${port}`;
  return { onHost, public: publicUrl ?? onHost };
}

import * as pulumi from '@pulumi/pulumi';

/** How a TEI gets its model from Hugging Face, or from a mirror of it. */
export interface HubAccess {
  readonly hfToken: string | undefined;
  readonly hfEndpoint: string | undefined;
}

/**
 * Adds to a TEI's environment what it needs for a gated or mirrored model.
 *
 * @returns secret as a whole where it has the token or `key`
 */
export function hubEnvironment(
  { hfToken, hfEndpoint }: HubAccess,
  own: Readonly<Record<string, string>>,
  key?: string,
): pulumi.Input<Record<string, string>> {
  const environment = {
    ...own,
    ...(hfEndpoint !== undefined && { HF_ENDPOINT: hfEndpoint }),
    ...(hfToken !== undefined && { HF_TOKEN: hfToken }),
    ...(key !== undefined && { API_KEY: key }),
  };
  const isSecret = hfToken !== undefined || key !== undefined;
  return isSecret ? pulumi.secret(environment) : environment;
}

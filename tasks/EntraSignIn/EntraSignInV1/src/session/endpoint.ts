import { parseJsonObject, textField } from '../../../../common/text/json.ts';

/** Where the keeper of a session listens, as its owner finds it in the session folder. */
export interface Endpoint {
  readonly port: number;
  /** Opens everything that the keeper serves. */
  readonly key: string;
  /** The keeper's process. */
  readonly pid: number;
  /** What a preset means depends on it. */
  readonly cloud: string;
  readonly tenantId: string;
}

/** Paths of the keeper's endpoint. */
export const paths = {
  /** App Service's managed identity protocol. */
  managedIdentity: '/managed-identity/token',
  /** The OIDC request, in both dialects. */
  oidc: '/oidc/token',
  /** For `entra-token` and the post-job step. */
  token: '/session/token',
  announced: '/session/announced',
  status: '/session/status',
  end: '/session/end',
} as const;

/** The endpoint in the text of its file; undefined where the text is none. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const fields = parseJsonObject(text);
  const { port, pid } = fields ?? {};
  const [key, cloud, tenantId] = ['key', 'cloud', 'tenantId'].map((name) =>
    textField(fields, name),
  );
  if (typeof port !== 'number' || typeof pid !== 'number') return undefined;
  if (key === undefined || cloud === undefined || tenantId === undefined) return undefined;
  return { port, key, pid, cloud, tenantId };
}

/** The address of a path. */
export const toAddress = (port: number, path: string): string => `http://127.0.0.1:${port}${path}`;

import assert from 'node:assert/strict';
import type { FederatedConnection } from '../../tasks/common/service-connection/connection.ts';
import { TaskError, type ErrorCode } from '../../tasks/common/errors/task-error.ts';
import { toOrganization, type Organization } from '../../tasks/common/job/organization.ts';
import type { HttpAnswer } from '../../tasks/common/network/send-request.ts';
import type { TokenRequest } from '../../tasks/common/access-token/access-token.ts';

export const tenantId = '11111111-2222-3333-4444-555555555555';
export const otherTenantId = '99999999-2222-3333-4444-555555555555';
export const clientId = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';
export const objectId = '0b1ec71d-0000-4000-8000-000000000001';
export const connectionId = '12345678-9abc-4def-8123-456789abcdef';
export const subscriptionId = '5ab5c819-0000-4000-8000-000000000002';
export const entraIssuer = `https://login.microsoftonline.com/${tenantId}/v2.0`;
export const oldIssuer = 'https://vstoken.dev.azure.com/77777777-2222-3333-4444-555555555555';
export const entraSubject =
  '/eid1/c/pub/t/ERERESIiMzNERFVVVVVVVQ/a/qqqqqru7zMzd3e7u7u7u7g/sc/77777777-2222-3333-4444-555555555555/12345678-9abc-4def-8123-456789abcdef';
export const publicAudience = 'api://AzureADTokenExchange';

/** The token request of most tests. */
export const tokenRequest: TokenRequest = {
  authorityHost: 'https://login.microsoftonline.com',
  tenantId,
  clientId,
  scope: 'https://vault.azure.net/.default',
  assertion: 'a.b.c',
};

const base64Url = (text: string): string => Buffer.from(text).toString('base64url');

/** A JWT that carries these claims; its signature is none. */
export function createJwt(claims: object, signature = 'c2lnbmF0dXJl'): string {
  return `${base64Url('{"alg":"RS256","typ":"JWT"}')}.${base64Url(JSON.stringify(claims))}.${signature}`;
}

/** Seconds since 1970, this far from now. */
export function inSeconds(seconds: number, from = Date.now()): number {
  return Math.floor(from / 1000) + seconds;
}

/** An HTTP answer; an object becomes a JSON body. */
export function createAnswer(
  status: number,
  body: string | object = '',
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, body: typeof body === 'string' ? body : JSON.stringify(body), headers };
}

/** A checked connection of the public cloud. */
export function createConnection(changes: Partial<FederatedConnection> = {}): FederatedConnection {
  return {
    id: connectionId,
    tenantId,
    clientId,
    cloud: 'AzureCloud',
    authorityHost: 'https://login.microsoftonline.com',
    subscriptionId,
    issuer: entraIssuer,
    subject: entraSubject,
    assertion: undefined,
    ...changes,
  };
}

/** The organisation of an address that has one. */
export function organizationAt(address: string): Organization {
  const organization = toOrganization(new URL(address));
  assert.ok(organization, `${address} is no address of an organization`);
  return organization;
}

/** Judges an error: a TaskError of this code whose message holds all of these parts. */
export function failsWith(code: ErrorCode, ...parts: string[]): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof TaskError, `not a TaskError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    for (const part of parts) {
      assert.ok(error.message.includes(part), `"${part}" is not in: ${error.message}`);
    }
    return true;
  };
}

/** What an operation throws; fails when it returns. */
export function thrownBy(operation: () => unknown): unknown {
  try {
    operation();
  } catch (thrown) {
    return thrown;
  }
  return assert.fail('It threw nothing.');
}

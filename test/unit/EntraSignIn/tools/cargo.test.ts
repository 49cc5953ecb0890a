import assert from 'node:assert/strict';
import { organizationAt, createConnection } from '../../fixtures.ts';
import { cargo } from '../../../../tasks/EntraSignIn/EntraSignInV1/src/tools/cargo.ts';

const providersAfter = (before: string | undefined): string | undefined =>
  cargo.setUp({
    connection: createConnection(),
    tenantId: 'tenant',
    organizations: [organizationAt('https://dev.azure.com/contoso')],
    folder: '/temp/session',
    command: '/temp/entra-token',
    port: 1,
    key: 'key',
    readVariable: () => before,
    environment: {},
  }).variables[0]?.value;

describe('the credential providers of cargo', () => {
  for (const [before, after] of [
    [undefined, 'cargo:token cargo-credential-entra-token'],
    ['own  cargo:libsecret', 'own cargo:libsecret cargo-credential-entra-token'],
    ['cargo:token cargo-credential-entra-token', 'cargo:token cargo-credential-entra-token'],
    ['cargo-credential-entra-token own', 'own cargo-credential-entra-token'],
  ] as const) {
    it(`are ${after} where they were ${before ?? 'not set'}`, () => {
      assert.equal(providersAfter(before), after);
    });
  }
});

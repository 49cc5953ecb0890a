import type { World } from '../world.ts';
import type { Failure } from './failure.ts';

const idOf = (world: World, name: string): string => world.behind(name).connection.id;

function otherScheme(name: string, code: Failure['code'], connection: string): Failure {
  return {
    name,
    code,
    early: true,
    provoke: () => ({ connection }),
    shows: (world) => [idOf(world, connection), 'Workload Identity Federation'],
  };
}

/** Service connections that cannot be used, and jobs that lack what the step needs. */
export const connectionFailures: readonly Failure[] = [
  {
    name: 'A connection that the job was not given',
    code: 'CONNECTION_NOT_FOUND',
    early: true,
    provoke: () => ({ identity: { referencedConnections: [] } }),
    shows: (world) => [idOf(world, 'contoso-azure')],
  },
  {
    ...otherScheme(
      'A connection with a client secret',
      'CONNECTION_USES_SECRET',
      'contoso-azure-secret',
    ),
    typical: true,
  },
  otherScheme(
    'A connection with a certificate',
    'CONNECTION_USES_CERTIFICATE',
    'contoso-azure-certificate',
  ),
  otherScheme(
    "A connection with the agent's managed identity",
    'CONNECTION_USES_MANAGED_IDENTITY',
    'contoso-azure-managed-identity',
  ),
  otherScheme(
    'A connection with a publish profile',
    'CONNECTION_SCHEME_UNSUPPORTED',
    'contoso-azure-publish-profile',
  ),
  {
    name: 'A connection that was saved as a draft',
    code: 'CONNECTION_INVALID',
    early: true,
    provoke: async (world) => {
      await world.addConnection({ name: 'draft', parameters: { serviceprincipalid: undefined } });
      return { connection: 'draft' };
    },
    shows: (world) => [idOf(world, 'draft'), 'serviceprincipalid is missing'],
  },
  {
    name: 'A connection to an Azure Stack that signs in with AD FS',
    code: 'CONNECTION_INVALID',
    early: true,
    provoke: async (world) => {
      const data = {
        environment: 'AzureStack',
        activeDirectoryAuthority: 'https://adfs.stack.example/adfs',
      };
      await world.addConnection({ name: 'stack', data });
      return { connection: 'stack' };
    },
    shows: (world) => [idOf(world, 'stack'), '"https://adfs.stack.example/adfs"', 'AD FS'],
  },
  {
    name: 'A job whose own connection has no https address',
    code: 'OIDC_ADDRESS_MISSING',
    early: true,
    provoke: () => ({ systemConnectionUrl: 'http://dev.azure.com/contoso/' }),
    shows: () => ['SYSTEMVSSCONNECTION', '"http://dev.azure.com/contoso/"'],
  },
  {
    name: 'A job without any way to the OIDC endpoint',
    code: 'OIDC_ADDRESS_MISSING',
    early: true,
    provoke: () => ({
      profile: 'release-without-oidc-uri',
      withoutVariables: ['System.PlanId', 'System.JobId'],
    }),
    shows: () => ['System.OidcRequestUri', 'System.PlanId, System.JobId'],
  },
  {
    name: 'A variable that leads the job token to a foreign host',
    code: 'OIDC_ADDRESS_FOREIGN',
    early: true,
    typical: true,
    provoke: () => ({
      variables: [{ name: 'System.OidcRequestUri', value: 'https://dev.azure.com/evil/oidctoken' }],
    }),
    shows: () => [
      'System.OidcRequestUri',
      '"https://dev.azure.com/evil/oidctoken"',
      'https://dev.azure.com/contoso',
    ],
  },
];
